import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { guardLoopback } from './loopback-guard.ts';

describe('the guard of loopback', () => {
  it('breaks off what would leave this machine, and knows the host', async () => {
    const guard = guardLoopback();
    await expect(fetch('http://discord.example/')).rejects.toMatchObject({
      cause: { message: 'The test tried to leave loopback: discord.example' },
    });
    const [error] = await once(connect(443, '192.0.2.1'), 'error');
    expect(error).toMatchObject({ message: 'The test tried to leave loopback: 192.0.2.1' });
    guard.release();
    expect(guard.takeRefused()).toEqual(['discord.example', '192.0.2.1']);
  });
});
