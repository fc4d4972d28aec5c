import { describe, expect, it } from 'vitest';
import type { ZoneId } from '../../../src/core/values/time.ts';
import { meeting, now } from '../../contracts/storage/fixtures.ts';
import { aBot, definitions } from './bot.ts';

/** In a channel that others read: whatever is asked here stays between the bot and the one who asks. */
async function inGeneral() {
  const bot = await aBot();
  return {
    ...bot,
    here: bot.newcomer.in(bot.general),
    nobodyElseSees: () => expect(bot.server.publiclySeen(bot.general)).toBe(''),
  };
}

describe('every command, on Slack', () => {
  it('answers in a channel and in a private chat, and nobody else sees it', { timeout: 30_000 }, async () => {
    const { here, newcomer, server, nobodyElseSees } = await inGeneral();
    const admin = server.user('admin', { admin: true });
    for (const { name, role } of definitions.commands) {
      const asks = role === 'anyone' ? newcomer : admin;
      expect((await asks.in(server.team('Loopback').channel('general')).slash(name)).text).not.toBe('');
      expect((await asks.alone.slash(name)).text).not.toBe('');
    }
    expect((await here.slash('')).text).toContain('/handrail checkin');
    expect((await here.slash('HELP')).text).toContain('/handrail checkin');
    nobodyElseSees();
  });

  it('/sos: numbers at once, where they are and in the private chat, where it stays', async () => {
    const { here, newcomer, nobodyElseSees } = await inGeneral();
    const help = await here.slash('sos');
    expect(help.text).toContain('112 or 911');
    await newcomer.alone.looks().until('112 or 911');
    const ireland = await newcomer.alone.looks().pick('Ireland');
    expect(ireland.text).toContain('116 123');
    nobodyElseSees();
  });

  it('/sos is shown where they are, where the private chat is closed', async () => {
    const { here, newcomer } = await inGeneral();
    newcomer.closesDms();
    expect((await here.slash('sos country:IE')).text).toContain('116 123');
  });

  it('in a private chat of two people: for the one who asks alone, and nothing in their chat', async () => {
    const { newcomer, team, server } = await inGeneral();
    const theirs = team.chatOfTwo();
    expect((await newcomer.in(theirs).slash('checkin')).text).toContain('1 check-in in a row');
    expect((await newcomer.in(theirs).slash('sos')).text).toContain('112 or 911');
    expect(server.publiclySeen(theirs)).toBe('');
  });

  it('/checkin: saved, and the button changes the answer itself', async () => {
    const { here, nobodyElseSees } = await inGeneral();
    const first = await here.slash('checkin mood:4 note:"slept *well* & <late>"');
    expect(first.text).toContain('1 check-in in a row. That is your first one, and it counts.');
    expect(first.text).toContain('slept *well* & <late>');
    const kept = await first.press('Yes, keep it');
    expect(kept.text).toContain('Kept, for you. You can turn this off with /handrail settings.');
    expect(kept.messages).toHaveLength(1);
    expect(kept.buttons).not.toContain('Yes, keep it');
    expect((await here.slash('progress')).text).toContain('1 check-in in all');
    nobodyElseSees();
  });

  it('/checkin: a form, its modal, and saved', async () => {
    const { here, nobodyElseSees } = await inGeneral();
    await here.slash('settings keep:yes');
    const door = await (await here.slash('checkin')).press('Say more about today');
    expect(door.modal.title).toBe('How today is');
    expect(door.modal.fields).toEqual(['Mood', 'Craving', 'Confidence', 'How I am', 'Note']);
    const done = await door.modal.submit({
      Mood: 'Mood 2 of 5',
      Craving: 'Craving 9 of 10',
      'How I am': ['lonely', 'tired'],
      Note: 'a hard one',
    });
    expect(done.text).toMatch(/Mood: 2 of 5.*Craving: 9 of 10.*lonely and tired/is);
    nobodyElseSees();
  });

  it('/craving: step by step, in the private chat; a word in the channel says where', async () => {
    const { here, newcomer, nobodyElseSees } = await inGeneral();
    const word = await here.slash('craving level:7');
    await word.until('I have written to you in our private chat');
    expect(JSON.stringify(word.payloads)).toMatch(/https:\/\/slack\.com\/app_redirect\?channel=D/);
    let strategy = newcomer.alone.looks();
    expect(strategy.text).toContain('Your craving now: 7 of 10.');
    strategy = await strategy.press('Begin');
    for (let press = 0; press < 12 && !strategy.text.includes('You stayed with it'); press += 1) {
      const next = strategy.buttons.find((label) => !/Stop|help now|Something else/i.test(label));
      strategy = await strategy.press(next ?? '');
    }
    expect(strategy.text).toContain('You stayed with it');
    expect(newcomer.alone.looks().messages).toHaveLength(1);
    nobodyElseSees();
  });

  it('/cope by what is going on', async () => {
    const { newcomer } = await inGeneral();
    const cope = await newcomer.alone.slash('cope');
    const strategy = await cope.pick('Lonely');
    expect(strategy.text).not.toContain('What is going on');
    expect(strategy.buttons).toContain('Something else');
  });

  it('/meetings: in the reader’s own time, with the link behind a button or a word', async () => {
    const { here, store } = await inGeneral();
    expect((await here.slash('meetings')).text).toContain('no list of meetings of its own yet');
    await store.transaction(async ({ meetings }) => {
      const early = meeting('early-birds', { zone: 'Europe/London' as ZoneId, joinUrl: 'https://example.org/join' });
      await meetings.addBatch({ name: 'Harbor', program: 'aa' }, 'import', [early], now);
      await meetings.switchTo('Harbor', 'import', now);
    });
    const listed = await here.slash('meetings');
    const sent = JSON.stringify(listed.payloads);
    expect(sent).toMatch(/<!date\^\d+\^/);
    expect(sent).toContain('"type":"date"');
    expect(sent).toContain('https://example.org/join');
  });

  it('/settings: by an option, by a form, and by a button; the zone is what Slack says until then', async () => {
    const { here, nobodyElseSees } = await inGeneral();
    expect((await here.slash('settings zone:Europe/Berlin')).text).toContain('Berlin');
    const form = await (await here.slash('settings')).press('Change zone, day end, country, words');
    const done = await form.modal.submit({ Country: 'IE', 'My words': 'in recovery' });
    expect(done.text).toContain('Ireland');
    const shown = await here.slash('settings');
    expect((await shown.press('Send new messages instead of changing old ones')).text).toContain('Plain messages: Yes');
    nobodyElseSees();
  });

  it('/settings: for who wants plain messages, nothing that was read changes', async () => {
    const { newcomer } = await inGeneral();
    await newcomer.alone.slash('settings plain:yes');
    const first = await newcomer.alone.slash('checkin');
    const before = newcomer.alone.looks().text;
    expect((await first.press('Yes, keep it')).text).toContain('Thank you. From now on I keep');
    expect(newcomer.alone.looks().text.startsWith(before)).toBe(true);
  });

  it('an answer that does not fit a form says why beside its field, and what was typed stays', async () => {
    const { here } = await inGeneral();
    const form = await (await here.slash('settings')).press('Change zone, day end, country, words');
    const refused = await form.modal.submit({ 'Time zone': 'Atlantis', 'My words': 'sober' });
    expect(refused.errors['Time zone']).toContain("I don't know the time zone “Atlantis”");
    expect((await refused.modal.submit({ 'Time zone': 'Europe/Paris', 'My words': 'sober' })).text).toContain('Paris');
  });

  it('/start: three questions, one tap each', async () => {
    const { newcomer } = await inGeneral();
    const first = await newcomer.alone.slash('start');
    expect(first.buttons.length).toBeGreaterThan(1);
  });

  it('/community: admins, owners and the group that they name; nobody else', async () => {
    const { server, team, general, here } = await inGeneral();
    expect((await here.slash('community zone:Chicago')).text).toMatch(/moderat/i);
    const helper = server.user('helper');
    const group = team.userGroup([helper]);
    const owner = server.user('owner', { owner: true });
    const set = await owner.in(general).slash(`community zone:Chicago moderators:${group.id}`);
    expect(set.text).toContain('Chicago');
    expect((await helper.in(general).slash('community country:Ireland')).text).toContain('Ireland');
    expect((await here.slash('community country:Canada')).text).not.toContain('Canada');
    await (await owner.in(general).slash('community')).press('Name no group any more');
    expect((await helper.in(general).slash('community country:Canada')).text).not.toContain('Canada');
  });

  it('words written to it alone get the ways to help; typed commands work there too', async () => {
    const { newcomer } = await inGeneral();
    expect((await newcomer.dm('it is bad tonight & <I> am alone')).text).toContain('What would help?');
    expect((await newcomer.dm(' /checkin mood:4')).text).toContain('1 check-in in a row');
    expect((await newcomer.dm(' /handrail progress')).text).toContain('1 check-in in all');
  });

  it('shortcuts: a check-in in a modal, from anywhere; help at once, and in the private chat', async () => {
    const { newcomer, here, nobodyElseSees } = await inGeneral();
    const form = await newcomer.shortcut('checkin');
    expect((await form.modal.submit({ Mood: 'Mood 3 of 5' })).text).toContain('1 check-in in a row');
    const help = await newcomer.shortcut('sos');
    expect(help.text).toContain('112 or 911');
    await newcomer.alone.looks().until('112 or 911');
    const onMessage = await here.messageShortcut('sos-message', 'something hard');
    expect(onMessage.text).toContain('112 or 911');
    // The same help stands in the private chat once, however many ways lead to it.
    expect(newcomer.alone.looks().text.match(/112 or 911/g)).toHaveLength(1);
    expect((await here.messageShortcut('checkin-message', 'good')).modal.title).toBe('How today is');
    expect(nobodyElseSees).toThrow('something hard');
  });

  it('the App Home: today, and what is pressed there', async () => {
    const { newcomer } = await inGeneral();
    const home = await newcomer.opensHome();
    expect(home.text).toContain('Here for you today');
    const done = await home.press('Check in');
    await done.until('1 check-in in a row');
    await home.until('1 check-in in all');
    const strategy = await home.press('Craving now');
    await strategy.until('I have written to you in our private chat');
  });
});
