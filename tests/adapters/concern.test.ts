import { describe, expect, it } from 'vitest';
import type { Concern } from '../../src/core/language/concern.ts';
import { asRead, aBot as discordBot } from './discord/bot.ts';
import { aBot as slackBot } from './slack/bot.ts';
import { aBot as telegramBot } from './telegram/bot.ts';

// A planted finder stands in for the safety screen: these words are of concern, and no others.
const words = 'lilac lilac';
const screen = (text: string): Concern | null => (text.includes(words) ? { category: 'suicide', tier: 2 } : null);

/** Who to call comes first, then what was asked for. */
const helpThenAnswer = /If a life is in danger now[\s\S]*1 check-in in a row/;

describe('words that are of concern, on Discord', () => {
  it('are met with help first, for them alone; what they asked for is done beside it', async () => {
    const { newcomer, general, server } = await discordBot({ screen });
    const seen = await newcomer.in(general).slash('checkin', { mood: 2, note: `the ${words}` });
    await seen.until('1 check-in in a row');
    expect(asRead(seen.text)).toMatch(helpThenAnswer);
    expect(server.publiclySeen(general)).toBe('');
  });

  it('open no form over the help: a button beneath it does', async () => {
    const { newcomer, general } = await discordBot({ screen });
    const seen = await newcomer.in(general).slash('checkin', { form: true, note: words });
    await seen.until('A form belongs to this.');
    expect(asRead(seen.text)).toMatch(/If a life is in danger now[\s\S]*A form belongs to this/);
    expect((await seen.press('How today is')).modal.fields).toContain('Mood');
  });

  it('are heard in a direct message, and behind a command that takes none of them', async () => {
    const { newcomer } = await discordBot({ screen });
    for (const line of [`it is ${words}`, `/checkin mood:2 ${words}`]) {
      const seen = await (await newcomer.dm(line)).upTo(2);
      expect(asRead(seen.text), line).toContain('If a life is in danger now');
    }
  });
});

describe('words that are of concern, on Slack', () => {
  it('are met with help first, where they are and in their private chat', async () => {
    const { newcomer, general, server } = await slackBot({ screen });
    const seen = await newcomer.in(general).slash(`checkin mood:2 note:"the ${words}"`);
    await seen.until('1 check-in in a row');
    expect(seen.text).toMatch(helpThenAnswer);
    await newcomer.alone.looks().until('If a life is in danger now');
    expect(server.publiclySeen(general)).toBe('');
  });

  it('in a form are met with help in their private chat, and the form is saved', async () => {
    const { newcomer, general, store, team } = await slackBot({ screen });
    const form = (await newcomer.in(general).slash('checkin form:yes')).modal;
    await form.submit({ Note: words });
    await newcomer.alone.looks().until('If a life is in danger now');
    await expect.poll(() => store.members.find({ platform: 'slack', key: `${team.id}/${newcomer.id}` })).not.toBeNull();
  });
});

describe('words that are of concern, on Telegram', () => {
  it('are met with help first, and what they asked for is done beside it', async () => {
    const { newcomer } = await telegramBot({ screen });
    await newcomer.alone.says(`/checkin mood:2 note:"the ${words}"`);
    await newcomer.alone.looks().until('1 check-in in a row');
    expect(
      newcomer.alone
        .looks()
        .messages.map(({ text }) => text)
        .join('\n'),
    ).toMatch(helpThenAnswer);
  });

  it('in a group are met with help in the private chat, and the group reads none of it', async () => {
    const { newcomer, harbor, server } = await telegramBot({ screen });
    await newcomer.in(harbor).says(`/checkin ${words}`);
    await newcomer.alone.looks().until('If a life is in danger now');
    expect(server.publiclySeen(harbor)).not.toContain('danger');
  });

  it('of who never wrote to the bot are met with help as soon as they press Start', async () => {
    const { harbor, server } = await telegramBot({ screen });
    const stranger = server.user('stranger');
    const door = await stranger.in(harbor).says(`/checkin ${words}`);
    await server.until(
      'both tries',
      () => server.requestsOf('sendMessage').filter(({ body }) => body['chat_id'] === stranger.id).length >= 2,
    );
    await door.press('Open our private chat');
    await stranger.alone.looks().until('If a life is in danger now');
  });
});
