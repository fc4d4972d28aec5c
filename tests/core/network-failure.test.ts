import { describe, expect, it } from 'vitest';
import { networkFailure } from '../../src/core/adapter-kit/failure.ts';

const coded = (code: string) => Object.assign(new Error(code), { code });

/** What `work` throws. */
async function thrownBy(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown');
}

describe('what broke on the way', () => {
  it('was not sent, where nobody was reached, however deep the library wraps it', () => {
    const fetchFailed = new TypeError('fetch failed', { cause: coded('ECONNREFUSED') });
    const original = Object.assign(coded('slack_webapi_request_error'), { original: fetchFailed });
    expect(networkFailure(fetchFailed)).toBe('unsent');
    expect(networkFailure(original)).toBe('unsent');
  });

  it.each([
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('was not sent, where the certificate was not accepted: %s', (code) => {
    expect(networkFailure(coded(code))).toBe('unsent');
  });

  it.each([
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'UND_ERR_SOCKET',
    'HPE_INVALID_CONSTANT',
    'ERR_SSL_BAD_DECRYPT',
  ])('is uncertain, where the connection broke or nobody understood what came: %s', (code) => {
    expect(networkFailure(coded(code))).toBe('uncertain');
  });

  it('is uncertain, where the time was over', () => {
    expect(networkFailure(AbortSignal.abort().reason)).toBe('uncertain');
    expect(networkFailure(new DOMException('late', 'TimeoutError'))).toBe('uncertain');
  });

  it('is a bug, where no network is named, also in errors that wrap each other', () => {
    const one = new Error('one');
    one.cause = new Error('other', { cause: one });
    expect(networkFailure(one)).toBe('bug');
    expect(networkFailure(null)).toBe('bug');
  });

  it.each([
    ['an address that is none', () => fetch('')],
    ['an argument of the wrong type', () => Buffer.from(undefined as unknown as string)],
    ['a file that is not there', () => import('node:fs/promises').then(({ readFile }) => readFile('/missing'))],
    ['a header that cannot be sent', () => fetch('http://127.0.0.1:9', { headers: { a: 'ü\n' } })],
  ])('is a bug, where the code names something else: %s', async (_, work) => {
    expect(networkFailure(await thrownBy(work))).toBe('bug');
  });

  it('is a bug, where Slack’s library only wraps one', async () => {
    const original = await thrownBy(() => fetch(''));
    expect(networkFailure(Object.assign(coded('slack_webapi_request_error'), { original }))).toBe('bug');
  });
});
