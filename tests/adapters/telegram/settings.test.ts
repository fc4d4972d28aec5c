import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { scratchFolder } from '../../support/storage.ts';

const bot = { TELEGRAM_BOT_TOKEN: ' 123:a-token_X ' };
const url = { TELEGRAM_WEBHOOK_URL: 'https://bot.example.org/telegram' };
const secret = { TELEGRAM_WEBHOOK_SECRET: 'a-secret-of-the-tests' };
const port = { PORT: '8080' };

describe('the settings of Telegram', () => {
  it('are off while no token is set', () => {
    expect(readConfig({}).telegram).toBeNull();
    expect(readConfig({ TELEGRAM_BOT_TOKEN: '', TELEGRAM_API_ROOT: 'https://example.org' }).telegram).toBeNull();
  });

  it('take a token for polling; an address and a secret for a webhook', () => {
    const own = { token: '123:a-token_X', apiRoot: 'https://api.telegram.org', messagesPerSecond: 30 };
    expect(readConfig(bot).telegram).toEqual({ ...own, webhook: null });
    const webhook = { url: url.TELEGRAM_WEBHOOK_URL, secret: secret.TELEGRAM_WEBHOOK_SECRET };
    expect(readConfig({ ...bot, ...url, ...secret, ...port }).telegram).toEqual({ ...own, webhook });
  });

  it('take the token and the secret from files', () => {
    const folder = scratchFolder();
    const file = join(folder.path, 'token');
    writeFileSync(file, '456:another\n');
    expect(readConfig({ TELEGRAM_BOT_TOKEN_FILE: file }).telegram?.token).toBe('456:another');
    folder.remove();
  });

  it('take another server of the Bot API', () => {
    const { telegram } = readConfig({ ...bot, TELEGRAM_API_ROOT: 'http://127.0.0.1:8081/' });
    expect(telegram?.apiRoot).toBe('http://127.0.0.1:8081');
  });

  it.each([
    ['a token that is none', { TELEGRAM_BOT_TOKEN: 'a-token_X' }, /TELEGRAM_BOT_TOKEN: must be a token/],
    ['an address without a secret', { ...bot, ...url, ...port }, /go together/],
    ['a secret without an address', { ...bot, ...secret, ...port }, /go together/],
    ['a webhook without a token', { ...url, ...secret, ...port }, /needs TELEGRAM_BOT_TOKEN/],
    ['a webhook without PORT', { ...bot, ...url, ...secret }, /needs PORT/],
    ['a webhook without TLS', { ...bot, ...secret, ...port, TELEGRAM_WEBHOOK_URL: 'http://x.org/a' }, /https:/],
    ['a secret that is soon guessed', { ...bot, ...url, ...port, TELEGRAM_WEBHOOK_SECRET: 'short' }, /16 to 256/],
  ])('refuse %s, in a sentence that repeats no secret', (_, env, sentence) => {
    expect(() => readConfig(env)).toThrow(sentence);
    expect(() => readConfig(env)).not.toThrow(/a-token_X|a-secret-of-the-tests/);
  });

  it.each([
    '',
    '/',
    '/readyz',
    '/healthz',
    '/metrics',
    '/slack/events',
  ])('refuse the path “%s”, which is not its own', (path) => {
    const env = { ...bot, ...secret, ...port, TELEGRAM_WEBHOOK_URL: `https://bot.example.org${path}` };
    expect(() => readConfig(env)).toThrow(/needs a path of its own/);
  });
});
