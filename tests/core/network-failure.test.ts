import { describe, expect, it } from 'vitest';
import { networkFailure } from '../../src/core/delivery/failure.ts';

const coded = (code: string) => Object.assign(new Error(code), { code });

describe('what broke on the way', () => {
  it('was not sent, where nobody was reached, however deep the library wraps it', () => {
    const fetchFailed = new TypeError('fetch failed', { cause: coded('ECONNREFUSED') });
    const original = Object.assign(coded('slack_webapi_request_error'), { original: fetchFailed });
    expect(networkFailure(fetchFailed)).toBe('unsent');
    expect(networkFailure(original)).toBe('unsent');
  });

  it('is uncertain, where the connection broke or the time was over', () => {
    expect(networkFailure(coded('ECONNRESET'))).toBe('uncertain');
    expect(networkFailure(AbortSignal.abort().reason)).toBe('uncertain');
  });

  it('is a bug, where no network is named, also in errors that wrap each other', () => {
    const one = new Error('one');
    one.cause = new Error('other', { cause: one });
    expect(networkFailure(one)).toBe('bug');
    expect(networkFailure(null)).toBe('bug');
  });
});
