import { describe, expect, it, vi } from 'vitest';
import type { ZoneId } from '../../../src/core/values/time.ts';
import { meeting, now } from '../../contracts/storage/fixtures.ts';
import { aBot, definitions } from './bot.ts';

const openChat = 'Open our private chat';

/** In a group that others read. */
async function inHarbor(options: Parameters<typeof aBot>[0] = {}) {
  const bot = await aBot(options);
  const { harbor, newcomer, server } = bot;
  return {
    ...bot,
    here: newcomer.in(harbor),
    publicly: () => server.publiclySeen(harbor),
    /** Nothing but where answers are. */
    nothingSaid: () =>
      expect(
        server.publiclySeen(harbor).replaceAll('I answer in our private chat, where only you can read it.', '').trim(),
      ).toBe(''),
  };
}

describe('every command, on Telegram', () => {
  it('answers in a private chat; in a group it shows the way there, and says nothing else', {
    timeout: 30_000,
  }, async () => {
    const { here, newcomer, owner, harbor, server, nothingSaid } = await inHarbor();
    await owner.alone.says('/help');
    for (const { name, role } of definitions.commands.filter((command) => command.name !== 'sos')) {
      const asks = role === 'anyone' ? newcomer : owner;
      const before = asks.alone.looks().messages.length;
      const door = await asks.in(harbor).says(`/${name}`);
      await door.until('I answer in our private chat');
      await server.until(`the answer to /${name}`, () => asks.alone.looks().messages.length > before);
      expect((await asks.alone.says(`/${name}`)).text).not.toBe('');
    }
    nothingSaid();
    expect(here.looks().messages).toHaveLength(1);
  });

  it('/sos in a group: numbers at once, for everyone and addressed to nobody; and in the private chat', async () => {
    const { here, newcomer, owner, harbor, publicly, store } = await inHarbor();
    await (await owner.in(harbor).says('/community')).press(openChat);
    await (await owner.alone.says('/community country:Ireland')).until('Country: Ireland');
    await newcomer.alone.says('/settings country:Germany words:"my own words"');
    const all = await here.says('/sos');
    await all.until('116 123');
    expect(publicly()).not.toMatch(/newcomer|Germany|my own words/);
    expect(here.looks().buttons).not.toContain('Craving now');
    await newcomer.alone.looks().until('0800 111 0 111');
    const alone = await here.looks().press(openChat);
    await alone.until('0800 111 0 111');
    expect(await store.members.find({ platform: 'telegram', key: `nobody in ${harbor.id}` })).toBeNull();
  });

  it('/sos in a group shows nobody what was written behind it', async () => {
    const { here, newcomer, publicly, harbor, server } = await inHarbor();
    harbor.botDeletes = true;
    await here.says('/sos I cannot go on tonight');
    await here.looks().until('112 or 911');
    await newcomer.alone.looks().until('112 or 911');
    expect(publicly()).not.toContain('tonight');
    await server.until('what was typed to be gone', () => server.standing(harbor).length === 0);
  });

  it('/sos in a private chat: any country, by a button of the same message', async () => {
    const { newcomer } = await inHarbor();
    const help = await newcomer.alone.says('/sos');
    const ireland = await help.press('Ireland');
    await ireland.until('116 123');
    expect(help.messages).toHaveLength(1);
    expect(help.text).toContain('116 123');
  });

  it('/checkin in a group is saved, what was typed is taken away, and the answer is for one alone', async () => {
    const { here, newcomer, server, harbor, nothingSaid } = await inHarbor();
    harbor.botDeletes = true;
    const typed = '/checkin mood:2 note:"a hard one"';
    await here.says(typed);
    const seen = await newcomer.alone.looks().until('1 check-in in a row. That is your first one, and it counts.');
    expect(seen.text).toContain('a hard one');
    await server.until('what was typed to be gone', () => !server.standing(harbor).includes(typed));
    nothingSaid();
  });

  it('what was typed stands where the bot may not take it away, and all else goes on', async () => {
    const { here, newcomer, server, harbor } = await inHarbor();
    await here.says('/checkin');
    await newcomer.alone.looks().until('1 check-in in a row');
    await server.until('the try', () => server.requestsOf('deleteMessage').length > 0);
    expect(server.standing(harbor)).toEqual(['/checkin']);
  });

  it('the way to the private chat stands once in a group, however often it is asked for', async () => {
    const { here, server } = await inHarbor();
    for (let i = 0; i < 3; i += 1) await here.says('/progress');
    await server.until('each to be taken away', () => server.requestsOf('deleteMessage').length >= 3);
    await server.until('one way', () => here.looks().messages.length === 1);
  });

  it('someone who never wrote to it finds the way: the same command, in the private chat', async () => {
    const { server, harbor, nothingSaid } = await inHarbor();
    const stranger = server.user('stranger');
    const door = await stranger.in(harbor).says('/checkin mood:2 note:"a hard one"');
    await server.until('the try', () =>
      server.requestsOf('sendMessage').some(({ body }) => body['chat_id'] === stranger.id),
    );
    expect(stranger.alone.looks().messages).toEqual([]);
    const answer = await door.press(openChat);
    expect(answer.text).toContain('1 check-in in a row. That is your first one, and it counts.');
    expect(answer.text).toContain('a hard one');
    expect((await stranger.alone.says('/progress')).text).toContain('1 check-in in all');
    expect((await door.press(openChat)).text).toContain('Welcome');
    nothingSaid();
  });

  it('what was asked by who never wrote to it waits an hour for Start, and no longer', async () => {
    const { server, harbor, newcomer } = await inHarbor({ startWithinMs: 1 });
    const stranger = server.user('stranger');
    const door = await stranger.in(harbor).says('/checkin mood:2 note:"a hard one"');
    await server.until('the try', () =>
      server.requestsOf('sendMessage').some(({ body }) => body['chat_id'] === stranger.id),
    );
    // Meanwhile somebody else is answered.
    await newcomer.alone.says('/help');
    const answer = await door.press(openChat);
    expect(answer.text).toContain('Welcome');
    expect(answer.text).not.toContain('a hard one');
  });

  it('the way to the private chat says to nobody what was asked', async () => {
    const { here, newcomer, server } = await inHarbor();
    const [door] = (await here.says('/craving')).messages.filter(({ chat }) => chat.alone === null);
    expect(JSON.stringify(door?.keyboard)).not.toContain('craving');
    await server.until('the answer', () => newcomer.alone.looks().messages.length > 0);
  });

  it('/checkin: the button changes the answer itself', async () => {
    const { newcomer, server } = await inHarbor();
    const first = await newcomer.alone.says('/checkin mood:4 note:"slept *well* & <late> @someone_else"');
    expect(first.text).toContain('slept *well* & <late> @\u2060someone_else');
    const kept = await first.press('Yes, keep it');
    await kept.until('Kept, for you. You can turn this off with /settings.');
    expect(first.messages).toHaveLength(1);
    expect(first.buttons).not.toContain('Yes, keep it');
    expect((await newcomer.alone.says('/progress')).text).toContain('1 check-in in all');
    await server.until('each press to be answered', () => server.unanswered === 0);
  });

  it('/checkin: one question at a time, with Skip and Cancel; words and buttons both answer', async () => {
    const { newcomer } = await inHarbor();
    await newcomer.alone.says('/settings keep:yes');
    let question = await (await newcomer.alone.says('/checkin')).press('Say more about today');
    expect(question.text).toContain('Mood (1 of 5)');
    expect(question.buttons).toEqual(expect.arrayContaining(['Skip', 'Cancel', 'Get help now (private)']));
    question = await question.press('Mood 2 of 5');
    await question.until('Craving (2 of 5)');
    expect((await newcomer.alone.says('high')).text).toContain('Craving takes a whole number from 0 to 10');
    expect((await newcomer.alone.says('9')).text).toContain('Confidence (3 of 5)');
    expect((await newcomer.alone.says('skip')).text).toContain('How I am (4 of 5)');
    expect((await newcomer.alone.says('lonely, tired')).text).toContain('Note (5 of 5)');
    const done = await newcomer.alone.says('a hard one');
    expect(done.text).toMatch(/Mood: 2 of 5.*Craving: 9 of 10.*lonely and tired/is);
  });

  it('answers that come quickly, one after the other, are taken in their order', async () => {
    const { newcomer } = await inHarbor();
    await newcomer.alone.says('/settings keep:yes');
    await (await newcomer.alone.says('/checkin')).press('Say more about today');
    await Promise.all(['2', '9', '7', 'lonely', 'a hard one'].map((words) => newcomer.alone.says(words)));
    const all = await newcomer.alone.looks().until('a hard one');
    expect(all.text).toMatch(/Mood: 2 of 5.*Craving: 9 of 10.*Confidence: 7 of 10/is);
  });

  it('a form is let go with one word, and a picture in its middle is no answer', async () => {
    const { newcomer } = await inHarbor();
    await newcomer.alone.says('/settings keep:yes');
    const form = await (await newcomer.alone.says('/checkin')).press('Say more about today');
    expect(form.text).toContain('Mood (1 of 5)');
    const picture = await newcomer.alone.says('', { holds: { photo: [] } });
    expect(picture.text).toContain('I can read words, and nothing else yet');
    expect((await newcomer.alone.says('3')).text).toContain('Craving (2 of 5)');
    expect((await newcomer.alone.says('cancel')).text).toContain('Let go');
    expect((await newcomer.alone.says('3')).text).toContain('What would help?');
  });

  it('/craving: step by step, in one message that changes', async () => {
    const { newcomer } = await inHarbor();
    let strategy = await newcomer.alone.says('/craving level:7');
    const before = newcomer.alone.looks().messages.length;
    expect(strategy.text).toContain('Your craving now: 7 of 10.');
    strategy = await strategy.press('Begin');
    for (let press = 0; press < 12 && !strategy.text.includes('You stayed with it'); press += 1) {
      const next = strategy.buttons.find((label) => !/Stop|help now|Something else/i.test(label));
      strategy = await strategy.press(next ?? '');
    }
    expect(strategy.text).toContain('You stayed with it');
    expect(newcomer.alone.looks().messages).toHaveLength(before);
  });

  it('/cope by what is going on', async () => {
    const { newcomer } = await inHarbor();
    const strategy = await (await newcomer.alone.says('/cope')).press('Lonely');
    expect(strategy.text).not.toContain('What is going on');
    expect(strategy.buttons).toContain('Something else');
  });

  it('/meetings: on the member’s own clock, which is named; the link behind a button or a word', async () => {
    const { newcomer, store } = await inHarbor();
    expect((await newcomer.alone.says('/meetings')).text).toContain('no list of meetings of its own yet');
    await store.transaction(async ({ meetings }) => {
      const early = meeting('early-birds', { zone: 'Europe/London' as ZoneId, joinUrl: 'https://example.org/join' });
      await meetings.addBatch({ name: 'Harbor', program: 'aa' }, 'import', [early], now);
      await meetings.switchTo('Harbor', 'import', now);
    });
    await newcomer.alone.says('/settings zone:Tokyo');
    const listed = await newcomer.alone.says('/meetings');
    expect(listed.text).toMatch(/\d{1,2}:\d\d GMT\+9/);
    expect(JSON.stringify(listed.payloads)).toContain('https://example.org/join');
  });

  it('/settings: by an option, by a form, and by a button', async () => {
    const { newcomer } = await inHarbor();
    expect((await newcomer.alone.says('/settings zone:Europe/Berlin')).text).toContain('Berlin');
    const form = await (await newcomer.alone.says('/settings')).press('Change zone, day end, country, words');
    expect(form.text).toContain('Time zone');
    expect((await newcomer.alone.says('Atlantis')).text).toContain("I don't know the time zone “Atlantis”");
    await newcomer.alone.says('Europe/Paris');
    await newcomer.alone.says('skip');
    await newcomer.alone.says('Ireland');
    await newcomer.alone.says('sober');
    expect((await newcomer.alone.says('22:00-07:00')).text).toMatch(/Paris.*Ireland.*sober/s);
    const shown = await newcomer.alone.says('/settings');
    const plain = await shown.press('Send new messages instead of changing old ones');
    expect(plain.text).toContain('Plain messages: Yes');
    const next = await newcomer.alone.says('/checkin');
    const before = next.text;
    await (await next.press('Yes, keep it')).until('From now on I keep');
    expect(next.text).toContain(before);
  });

  it('/start: what it is, and its first question; an address that says nothing known is no more than that', async () => {
    const { newcomer } = await inHarbor();
    expect((await newcomer.alone.says('/start')).text).toContain('Welcome');
    expect((await newcomer.alone.says('/start what_is_this')).text).toContain("I don't know /what_is_this");
    expect((await newcomer.alone.says('/start %%% <b>')).text).toContain('Welcome');
    expect((await newcomer.alone.says('/start b-____')).text).toMatch(/Welcome|from an earlier time/);
  });

  it('words written to it get the ways to help', async () => {
    const { newcomer } = await inHarbor();
    expect((await newcomer.alone.says('it is bad tonight & <I> am alone')).text).toContain('What would help?');
    expect((await newcomer.alone.says('/CheckIn@handrail_bot mood:4')).text).toContain('1 check-in in a row');
  });

  it('what people say to each other in a group is none of its business', async () => {
    const { here, server, newcomer, harbor } = await inHarbor();
    const before = server.requests.length;
    here.tells('I had a hard day');
    here.tells('/weather');
    here.tells('/checkin@another_bot');
    here.tells('/weather@another_bot');
    await newcomer.alone.says('/help');
    const sent = server.requests.slice(before).filter(({ body }) => String(body['chat_id']) === String(harbor.id));
    expect(sent).toEqual([]);
    expect((await here.says('/weather@handrail_bot')).text).toContain('I answer in our private chat');
  });
});

describe('moderators, on Telegram', () => {
  it('are the administrators of the group, wherever they ask, and nobody else', async () => {
    const { owner, harbor, newcomer } = await inHarbor();
    const own = await (await owner.in(harbor).says('/community')).press(openChat);
    await own.until('This community');
    await (await owner.alone.says('/community zone:Chicago')).until('Time zone: Chicago');
    await newcomer.in(harbor).says('/community zone:Berlin');
    await newcomer.alone.looks().until('That is for moderators of this community');
    expect((await newcomer.alone.says('/community zone:Berlin')).text).toContain('That');
    expect((await owner.alone.says('/community')).text).toContain('Chicago');
    expect((await owner.alone.says('/community moderators:helpers')).text).toContain(
      'There is no option “moderators” here',
    );
  });

  it('may no more a minute after that was taken back, and Telegram is asked once within it', async () => {
    const { owner, harbor, server } = await inHarbor();
    await (await owner.in(harbor).says('/community')).press(openChat);
    await owner.alone.looks().until('This community');
    for (let i = 0; i < 5; i += 1) await owner.alone.says('/community country:Ireland');
    expect(server.requestsOf('getChatAdministrators')).toHaveLength(1);

    harbor.statuses.set(owner.user.id, 'member');
    const now = performance.now.bind(performance);
    const later = vi.spyOn(performance, 'now').mockImplementation(() => now() + 60_000);
    const refused = await owner.alone.says('/community country:Canada');
    later.mockRestore();
    expect(refused.text).toContain('That is for moderators of this community');
  });

  it('are known in a group that hides its members too', async () => {
    const { owner, harbor } = await inHarbor();
    harbor.hidesMembers = true;
    const first = await owner.follows(`https://t.me/handrail_bot?start=community-${harbor.id}`);
    expect(first.text).toContain('This community');
    await (await owner.alone.says('/community zone:Chicago')).until('Time zone: Chicago');
  });

  it('an administrator whose name is hidden, and a channel that speaks, are shown the way too', async () => {
    const { owner, harbor, here, store, publicly } = await inHarbor();
    const asHidden = await owner.in(harbor).says('/community', { as: 'anonymous administrator' });
    await (await asHidden.press(openChat)).until('This community');
    expect((await here.says('/checkin', { as: 'channel' })).text).toContain('I answer in our private chat');
    const help = await owner.in(harbor).says('/sos', { as: 'anonymous administrator' });
    await help.until('112 or 911');
    expect(publicly()).not.toContain('check-in');
    for (const key of ['1087968824', '136817688', '0'])
      expect(await store.members.find({ platform: 'telegram', key })).toBeNull();
  });

  it('an address with a group that someone is not in gives them nothing of that group', async () => {
    const { server, owner, harbor, store } = await inHarbor();
    await (await owner.in(harbor).says('/community')).press(openChat);
    await (await owner.alone.says('/community country:Ireland')).until('Country: Ireland');
    const stranger = server.user('stranger');
    stranger.leaves(harbor);
    const seen = await stranger.follows(`https://t.me/handrail_bot?start=sos-${harbor.id}`);
    expect(seen.text).toContain('112 or 911');
    expect((await stranger.follows(`https://t.me/handrail_bot?start=community-${harbor.id}`)).text).toContain(
      'That belongs to a community',
    );
    expect(await store.members.find({ platform: 'telegram', key: stranger.id })).toBeNull();
  });

  it('an address with a group gives its country to someone restricted there, and not once they have left', async () => {
    const { server, owner, harbor } = await inHarbor();
    await (await owner.in(harbor).says('/community')).press(openChat);
    await (await owner.alone.says('/community country:Ireland')).until('Country: Ireland');
    const here = server.user('someone restricted').isRestrictedIn(harbor);
    const left = server.user('someone restricted who has left').isRestrictedIn(harbor);
    left.leaves(harbor);
    const address = `https://t.me/handrail_bot?start=sos-${harbor.id}`;
    expect((await here.follows(address)).text).toContain('116 123');
    expect((await left.follows(address)).text).not.toContain('116 123');
  });
});

describe('groups, on Telegram', () => {
  it('are greeted once, in a line with the way in; whoever added the bot gets the first steps, if it may write to them', async () => {
    const { server, harbor, owner } = await inHarbor();
    const quay = server.group('Quay');
    await owner.alone.says('/help');
    server.adds(quay, owner);
    const line = await owner.in(quay).looks().until('Handrail is here');
    expect(line.buttons).toEqual([openChat]);
    const steps = await owner.alone.looks().until('Thank you for making room for me');
    expect(steps.text).not.toContain('/community moderators');
    server.removes(quay, owner);
    server.adds(quay, owner);
    server.adds(harbor, owner);
    await owner.alone.says('/help');
    expect(owner.in(quay).looks().messages).toHaveLength(1);
    expect(owner.in(harbor).looks().messages).toHaveLength(0);
  });

  it('that become supergroups keep what they set, and who asked from there', async () => {
    const { server, newcomer, store } = await inHarbor();
    const small = server.group('Small', { type: 'group' });
    const mo = server.user('mo').administers(small);
    server.adds(small, mo);
    await mo.in(small).looks().until('Handrail is here');
    await (await mo.in(small).says('/community')).press(openChat);
    await (await mo.alone.says('/community country:Ireland')).until('Country: Ireland');
    const large = server.migrates(small);
    const found = (id: number) => store.communities.find({ platform: 'telegram', key: String(id) });
    await newcomer.alone.says('/help');
    await expect.poll(async () => (await found(large.id))?.country).toBe('IE');
    expect(await found(small.id)).toBeNull();
    expect((await mo.alone.says('/community')).text).toContain('Ireland');
    expect(mo.in(large).looks().messages).toEqual([]);
  });

  it('with topics are answered in the topic', async () => {
    const { server, owner, newcomer } = await inHarbor();
    const forum = server.group('Forum', { forum: true });
    server.adds(forum, owner);
    await owner.in(forum).looks().until('Handrail is here');
    const door = await newcomer.in(forum).says('/progress', { topic: 7 });
    expect(door.messages.find(({ chat }) => chat === forum)?.topic).toBe(7);
  });

  it('that the bot was taken out of are remembered as left', async () => {
    const { server, harbor, owner, newcomer, store } = await inHarbor();
    server.removes(harbor, owner);
    await newcomer.alone.says('/help');
    await expect.poll(() => store.communities.present('telegram')).toEqual([]);
  });
});

describe('the menu of commands', () => {
  it('offers everyone what everyone may ask, and administrators the rest; it is sent only when it changed', async () => {
    const { server } = await inHarbor();
    const everyone = definitions.commands.filter(({ role }) => role === 'anyone').map(({ name }) => name);
    await server.until('the menu', () => server.menu('all_chat_administrators').length > 0);
    expect(server.menu('all_private_chats')).toEqual(everyone);
    expect(server.menu('all_group_chats')).toEqual(everyone);
    expect(server.menu('all_chat_administrators')).toEqual(definitions.commands.map(({ name }) => name));
    const sent = server.requestsOf('setMyCommands').length;
    await aBot({ server });
    await server.until('a look', () => server.requestsOf('getMyCommands').length >= 2 * sent);
    expect(server.requestsOf('setMyCommands')).toHaveLength(sent);
  });
});
