import { describe, expect, it } from 'vitest';
import type { ZoneId } from '../../../src/core/values/time.ts';
import { meeting, now } from '../../contracts/storage/fixtures.ts';
import type { Seen } from '../../platforms/discord/seen.ts';
import { aBot, asRead, definitions } from './bot.ts';

/** What is read of it. */
const said = (seen: Seen) => asRead(seen.text);

type There = Awaited<ReturnType<typeof aBot>>;

/** In a channel that others read: whatever is asked here stays between the bot and the one who asks. */
async function inGeneral() {
  const bot = await aBot();
  return { ...bot, here: bot.newcomer.in(bot.general) };
}

function expectNobodyElseSees({ server, general }: Pick<There, 'server' | 'general'>): void {
  expect(server.publiclySeen(general)).toBe('');
}

describe('every command, on Discord', () => {
  it('is told of, and answers in a server and in a private chat, and nobody else sees it', {
    timeout: 30_000,
  }, async () => {
    const { server, guild, general, newcomer } = await aBot();
    guild.admit(newcomer, guild.role('moderators', 'manageGuild'));
    expect(server.commands).toEqual(definitions.commands.map(({ name }) => name));
    for (const { name, role, subcommands } of definitions.commands) {
      const lines = subcommands.length === 0 ? [name] : subcommands.map((sub) => `${name} ${sub.name}`);
      for (const line of lines) {
        expect(said(await newcomer.in(general).slash(line))).not.toBe('');
        if (role === 'anyone') expect(said(await newcomer.alone.slash(line))).not.toBe('');
      }
    }
    expectNobodyElseSees({ server, general });
  });

  it('/sos: numbers first, another country at a pick, and nobody else sees it', async () => {
    const { here, server, general } = await inGeneral();
    const help = await here.slash('sos');
    expect(said(help)).toContain('112 or 911');
    const ireland = await help.pick('Ireland');
    expect(said(ireland)).toContain('116 123');
    expectNobodyElseSees({ server, general });
  });

  it('/checkin: saved, and the button changes the answer itself', async () => {
    const { here, server, general } = await inGeneral();
    const first = await here.slash('checkin', { mood: 4, note: 'slept *well*' });
    expect(said(first)).toContain('1 check-in in a row. That is your first one, and it counts.');
    const kept = await first.press('Yes, keep it');
    expect(said(kept)).toContain('Kept, for you.');
    // It is the same message: what was asked is not asked any more.
    expect(first.messages).toHaveLength(1);
    expect(first.buttons).not.toContain('Yes, keep it');
    expect(said(await here.slash('progress'))).toContain('1 check-in in all');
    expectNobodyElseSees({ server, general });
  });

  it('/checkin: a form, its modal, and saved', async () => {
    const { here, server, general } = await inGeneral();
    await here.slash('settings', { keep: true });
    const door = await (await here.slash('checkin')).press('Say more about today');
    expect(door.modal.title).toBe('How today is');
    expect(door.modal.fields).toEqual(['Mood', 'Craving', 'Confidence', 'How I am', 'Note']);
    const done = await door.modal.submit({
      Mood: 'Mood 2 of 5',
      Craving: 'Craving 9 of 10',
      'How I am': ['lonely', 'tired'],
      Note: 'a hard one',
    });
    expect(said(done)).toMatch(/Mood: 2 of 5.*Craving: 9 of 10.*lonely and tired/s);
    expectNobodyElseSees({ server, general });
  });

  it('/checkin form:true opens the form at once, and one that says nothing counts too', async () => {
    const { here } = await inGeneral();
    await here.slash('settings', { keep: true });
    const form = await here.slash('checkin', { form: true });
    expect(said(await form.modal.submit({}))).toContain('1 check-in in a row');
  });

  it('/checkin feelings: suggests one after the other', async () => {
    const { here } = await inGeneral();
    const names = async (typed: string) =>
      (await here.completes('checkin', 'feelings', typed)).map(({ value }) => value);
    expect(await names('')).toEqual(['hungry', 'angry', 'lonely', 'tired']);
    expect(await names('lo')).toEqual(['lonely']);
    expect(await names('lonely, t')).toEqual(['lonely, tired']);
    expect(said(await here.slash('checkin', { feelings: 'lonely, tired' }))).toContain('Checked in');
  });

  it('/craving and /cope: step by step, in one message', async () => {
    const { here, server, general } = await inGeneral();
    const strategy = await here.slash('craving', { level: 7 });
    expect(said(strategy)).toContain('Your craving now: 7 of 10.');
    await strategy.press('Begin');
    for (let press = 0; press < 12 && !said(strategy).includes('You stayed with it'); press += 1) {
      const next = strategy.buttons.find((label) => !/Stop|help now|Something else/i.test(label));
      await strategy.press(next ?? '');
    }
    expect(said(strategy)).toContain('You stayed with it');
    expect(strategy.messages).toHaveLength(1);
    const cope = await here.slash('cope');
    await cope.pick('Lonely');
    expect(said(cope)).not.toContain('What is going on');
    expect(cope.buttons).toContain('Something else');
    expectNobodyElseSees({ server, general });
  });

  it('/meetings: in the reader’s own time, with the link behind a button or a word', async () => {
    const { here, store } = await inGeneral();
    expect(said(await here.slash('meetings'))).toContain('no list of meetings of its own yet');
    await store.transaction(async ({ meetings }) => {
      await meetings.addBatch(
        { name: 'Harbor', program: 'aa' },
        'import',
        [meeting('early-birds', { zone: 'Europe/London' as ZoneId, joinUrl: 'https://example.org/join' })],
        now,
      );
      await meetings.switchTo('Harbor', 'import', now);
    });
    const listed = await here.slash('meetings');
    expect(said(listed)).toMatch(/<t:\d+:[tDF]>/);
    expect(JSON.stringify(listed.payloads)).toContain('https://example.org/join');
  });

  it('/settings: changed by an option, by a form, and by a button', async () => {
    const { here, server, general } = await inGeneral();
    const [berlin] = await here.completes('settings', 'zone', 'berl');
    expect(berlin).toMatchObject({ value: 'Europe/Berlin' });
    expect(said(await here.slash('settings', { zone: 'Europe/Berlin' }))).toContain('Berlin');
    const [ireland] = await here.completes('settings', 'country', 'irel');
    expect(ireland).toMatchObject({ name: 'Ireland', value: 'IE' });
    const shown = await here.slash('settings');
    const form = await shown.press('Change zone, day end, country, words');
    expect(said(await form.modal.submit({ Country: 'IE', 'My words': 'in recovery' }))).toContain('Ireland');
    await shown.press('Send new messages instead of changing old ones');
    expect(said(shown)).toContain('Plain messages: Yes');
    expectNobodyElseSees({ server, general });
  });

  it('/settings: for who wants plain messages, nothing that was read changes', async () => {
    const { here } = await inGeneral();
    await here.slash('settings', { plain: true });
    const first = await here.slash('checkin');
    const before = said(first);
    const after = await first.press('Yes, keep it');
    expect(said(first)).toBe(before);
    expect(said(after)).toContain('Thank you. From now on I keep');
  });

  it('an answer that does not fit a form says why, and the form opens again as it was left', async () => {
    const { here } = await inGeneral();
    const form = await (await here.slash('settings')).press('Change zone, day end, country, words');
    const refused = await form.modal.submit({ 'Time zone': 'Atlantis', 'My words': 'sober' });
    expect(said(refused)).toContain("I don't know the time zone “Atlantis”");
    const again = await refused.press('Open it again, as you left it');
    expect(again.modal.text).toContain('Atlantis');
    expect(said(await again.modal.submit({ 'Time zone': 'Europe/Paris' }))).toContain('sober');
  });

  it('/start: three questions, one tap each', async () => {
    const { here, server, general } = await inGeneral();
    const welcome = await here.slash('start');
    await welcome.press('Not now');
    expect(said(welcome)).toMatch(/where you are/);
    expectNobodyElseSees({ server, general });
  });

  it('/community: for moderators, and hidden from everyone else', async () => {
    const { guild, general, newcomer, server } = await aBot();
    await expect(newcomer.in(general).slash('community show')).rejects.toThrow('is not shown to newcomer');
    const forged = await newcomer.in(general).slash('community set', { zone: 'Europe/Berlin' }, { forged: true });
    expect(said(forged)).toContain('moderator');
    guild.admit(newcomer, guild.role('keepers', 'manageGuild'));
    const set = await newcomer.in(general).slash('community set', { zone: 'Europe/Berlin', country: 'Germany' });
    expect(said(set)).toContain('Berlin');
    expectNobodyElseSees({ server, general });
  });

  it('/community moderators: whoever has that role moderates too, in this server alone, and at once no more', async () => {
    const { guild, general, newcomer, server } = await aBot();
    const helpers = guild.role('helpers');
    const owner = server.user('owner');
    guild.admit(owner, guild.role('keepers', 'manageGuild'));
    const asks = async (where = general) =>
      said(await newcomer.in(where).slash('community set', { country: 'IE' }, { forged: true }));
    guild.admit(newcomer, helpers);
    expect(await asks()).toContain('moderator');
    await owner.in(general).slash('community set', { moderators: helpers });
    expect(await asks()).toContain('Ireland');
    expect(await asks(server.guild('Elsewhere').channel('general'))).not.toContain('Ireland');
    const shown = await owner.in(general).slash('community show');
    await shown.press('Name no group any more');
    expect(await asks()).not.toContain('Ireland');
  });

  it('/community moderators:@everyone lets nobody in', async () => {
    const { guild, general, newcomer, server } = await aBot();
    const owner = server.user('owner');
    guild.admit(owner, guild.role('keepers', 'manageGuild'));
    const everyone = guild.roles[0] as never;
    expect(said(await owner.in(general).slash('community set', { moderators: everyone }))).not.toContain('group');
    expect(said(await newcomer.in(general).slash('community set', { country: 'IE' }, { forged: true }))).not.toContain(
      'Ireland',
    );
  });

  it('/help: how to get help, before anything else', async () => {
    const { here } = await inGeneral();
    const help = await here.slash('help');
    expect(said(help)).toMatch(/^If someone may be in danger, start here/);
    expect(said(await help.press('Get help now (private)'))).toContain('Help, now');
  });
});

describe('words written to the bot alone', () => {
  it('are answered, and a command among them too', async () => {
    const { newcomer } = await aBot();
    expect(said(await newcomer.dm('it is bad tonight'))).toContain('What would help?');
    expect(said(await newcomer.dm('/checkin mood:3'))).toContain('1 check-in in a row');
    // No form opens from a message: its button opens it.
    const form = await newcomer.dm('/checkin form:yes');
    expect(said(form)).toContain('A form belongs to this.');
    expect((await form.press('How today is')).modal.fields).toContain('Mood');
    expect(said(await newcomer.dm(''))).toContain('What would help?');
  });

  it('are answered once, and the bot never answers itself', async () => {
    const { newcomer, server } = await aBot();
    await newcomer.dm('hello');
    await newcomer.alone.slash('help');
    await newcomer.dm('hello again');
    expect(server.requestsOf('POST /channels/:channel/messages')).toHaveLength(2);
  });

  it('lead on by their buttons, as anywhere', async () => {
    const { newcomer } = await aBot();
    const menu = await newcomer.dm('hello');
    expect(said(await menu.press('Check in'))).toContain('1 check-in in a row');
  });

  it('in a server are not read at all', async () => {
    const { newcomer, general, server } = await aBot();
    newcomer.in(general).writes('/checkin canary');
    await newcomer.in(general).slash('help');
    expect(server.publiclySeen(general)).toBe('/checkin canary');
  });
});

describe('a button that stands there twice', () => {
  it('works at both places', async () => {
    const { newcomer, platform, general } = await aBot();
    const help = { kind: 'action', label: 'Help', token: 'sos' } as const;
    const twice = { blocks: [{ kind: 'actions', buttons: [{ ...help, label: 'Help here' }, help] }] } as const;
    const to = { kind: 'channel', channel: general.id } as const;
    await platform.deliver({ kind: 'post', id: 'twice', to, view: twice }, AbortSignal.timeout(5_000));
    for (const label of ['Help here', 'Help'])
      expect(said(await newcomer.in(general).looks().press(label))).toContain('Help, now');
  });
});

describe('what others could see', () => {
  it('is never changed by what is for one alone', async () => {
    const { newcomer, general, server, platform } = await aBot();
    const signal = AbortSignal.timeout(5_000);
    const view = {
      blocks: [{ kind: 'actions', buttons: [{ kind: 'action', label: 'Keep', token: 'fr.keep:yes' }] }],
    } as const;
    await platform.deliver({ kind: 'post', id: 'public', to: { kind: 'channel', channel: general.id }, view }, signal);
    const before = server.publiclySeen(general);
    const answer = await newcomer.in(general).looks().press('Keep');
    expect(said(answer)).toContain('From now on I keep');
    expect(server.publiclySeen(general)).toBe(before);
  });

  it('is nothing of a forged or an old button', async () => {
    const { newcomer, general, server, platform } = await aBot();
    const signal = AbortSignal.timeout(5_000);
    const tokens = ['nonsense', 'ci.mood:2026-01-01:99', 'form.next:nothing', '%E0%A4%A', '2|sos', ':::'];
    const view = {
      blocks: [{ kind: 'actions', buttons: tokens.map((token) => ({ kind: 'action' as const, label: token, token })) }],
    } as const;
    await platform.deliver({ kind: 'post', id: 'forged', to: { kind: 'channel', channel: general.id }, view }, signal);
    const before = server.publiclySeen(general);
    for (const token of tokens) expect(said(await newcomer.in(general).looks().press(token))).not.toBe('');
    expect(server.publiclySeen(general)).toBe(before);
  });
});
