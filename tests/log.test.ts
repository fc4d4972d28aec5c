import { describe, expect, it } from 'vitest';
import { openLog } from '../src/log.ts';

function logged(write: (log: ReturnType<typeof openLog>) => void): Record<string, unknown> {
  let line = '';
  write(openLog('info', { write: (text: string) => (line = text) }));
  return JSON.parse(line) as Record<string, unknown>;
}

describe('the log', () => {
  it('writes identifiers and reasons', () => {
    const line = logged((log) =>
      log.warn('answered without the database', { platform: 'terminal', reason: 'the disk is full' }),
    );
    expect(line).toMatchObject({
      msg: 'answered without the database',
      platform: 'terminal',
      reason: 'the disk is full',
    });
    const own = { delivery: 'an-id-of-ours', job: 'sweep' };
    expect(logged((log) => log.error('the outbox failed', own))).toMatchObject(own);
  });

  it('leaves out whatever is not on its list, whoever passes it', () => {
    const careless = { platform: 'terminal', note: 'canary', mood: 1, account: 'canary' };
    const line = logged((log) => log.info('careless', careless));
    expect(JSON.stringify(line)).not.toContain('canary');
    expect(line).not.toHaveProperty('mood');
  });

  it('tells where an error came from, and never what it quotes', () => {
    const error = Object.assign(
      new TypeError('could not read "canary in a note"\nsecond line of canary\n    at canary'),
      {
        code: 'E_BAD',
      },
    );
    const line = logged((log) => log.error('a handler failed', { requestId: 'one', error }));
    expect(JSON.stringify(line)).not.toContain('canary');
    expect(line).toMatchObject({ requestId: 'one', error: { name: 'TypeError', code: 'E_BAD' } });
    expect(JSON.stringify(line['error'])).toContain('log.test.ts');
  });
});
