import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckIn, Details } from '../../src/core/checkins/checkin.ts';
import type { CopingSession } from '../../src/core/coping/store.ts';
import type { Meeting } from '../../src/core/meetings/meeting.ts';
import type { Account, AccountRef } from '../../src/core/members/member.ts';
import type { Store, StoreWrites } from '../../src/core/ports.ts';
import { type ClockTime, type Day, Temporal, type ZoneId } from '../../src/core/time.ts';

const newYork = 'America/New_York' as ZoneId;
const kolkata = 'Asia/Kolkata' as ZoneId;
const six = '06:00' as ClockTime;
const midnight = '00:00' as ClockTime;
const now = at('2026-03-08T06:59:30.123Z');

/** What every storage promises. Each test has people, feeds and requests of its own, so that they share one database. */
export function storageContract(name: string, open: () => Promise<{ store: Store; close(): Promise<void> }>): void {
  describe(`storage in ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let store: Store;
    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(() => opened.close());

    const write = <T>(work: (tx: StoreWrites) => Promise<T>): Promise<T> => store.transaction(work);
    const join = (ref: AccountRef): Promise<Account> => write((tx) => tx.members.ensure(ref, now));
    const memberOf = async (ref: AccountRef) => (await store.members.find(ref))?.member;

    describe('members', () => {
      it('makes an account once and finds it again', async () => {
        const ref = newAccount();
        expect(await store.members.find(ref)).toBeNull();
        const made = await join(ref);
        expect(await join(ref)).toEqual(made);
        expect(await store.members.find(ref)).toEqual(made);
      });

      it('knows nothing of a new member that they did not say', async () => {
        const { member } = await join(newAccount());
        const unsaid = { zone: null, country: null, ownWords: null, keepsDetails: null };
        expect(member).toMatchObject({ ...unsaid, dayEndsAt: '00:00', plainMessages: false, bestInARow: 0 });
      });

      it('tells accounts apart by platform and by key, down to the letter', async () => {
        const { platform, key } = newAccount();
        const refs = [
          { platform, key },
          { platform: `${platform}x`, key },
          { platform, key: key.toUpperCase() },
        ];
        const made = await Promise.all(refs.map(join));
        expect(new Set(made.map(({ id }) => id)).size).toBe(3);
        expect(new Set(made.map(({ member }) => member.id)).size).toBe(3);
      });

      it('makes one member of an account that is ensured twice at once', async () => {
        const ref = newAccount();
        const [one, other] = await Promise.all([join(ref), join(ref)]);
        expect(one).toEqual(other);
        expect(await store.members.find(ref)).toEqual(one);
      });

      it('keeps each setting, and leaves the others as they are', async () => {
        const ref = newAccount();
        const { member } = await join(ref);
        await write((tx) => tx.members.change(member.id, { zone: newYork, dayEndsAt: six, ownWords: 'sober 🌱' }));
        await write((tx) => tx.members.change(member.id, { country: 'IE', plainMessages: true, keepsDetails: false }));
        const said = { zone: newYork, dayEndsAt: six, ownWords: 'sober 🌱' };
        const then = { country: 'IE', plainMessages: true, keepsDetails: false };
        expect(await memberOf(ref)).toEqual({ ...member, ...said, ...then });
      });

      it('keeps null as null', async () => {
        const ref = newAccount();
        const { member } = await join(ref);
        const all = { zone: newYork, country: 'IE', ownWords: 'sober', keepsDetails: true };
        await write((tx) => tx.members.change(member.id, all));
        await write((tx) => tx.members.change(member.id, { zone: null, country: null, ownWords: null }));
        await write((tx) => tx.members.change(member.id, { keepsDetails: null }));
        expect(await memberOf(ref)).toEqual(member);
      });

      it('changes one member and no other', async () => {
        const ref = newAccount();
        const untouched = await join(ref);
        const { member } = await join(newAccount());
        await write((tx) => tx.members.change(member.id, { country: 'IE' }));
        await write((tx) => tx.members.raiseBest(member.id, 9));
        expect(await store.members.find(ref)).toEqual(untouched);
      });

      it('raises the best run and never lowers it', async () => {
        const ref = newAccount();
        const { member } = await join(ref);
        const best = async (inARow: number) => {
          await write((tx) => tx.members.raiseBest(member.id, inARow));
          return (await memberOf(ref))?.bestInARow;
        };
        expect([await best(5), await best(3), await best(5), await best(7), await best(0)]).toEqual([5, 5, 5, 7, 7]);
      });

      it('gives zone periods oldest first, whatever the order they came in', async () => {
        const { member } = await join(newAccount());
        const later = { since: now.add({ hours: 5 }), zone: kolkata, dayEndsAt: six };
        const first = { since: now, zone: newYork, dayEndsAt: midnight };
        await write((tx) => tx.members.addZonePeriod(member.id, later));
        await write((tx) => tx.members.addZonePeriod(member.id, first));
        expect(same(await store.members.zonePeriods(member.id))).toEqual(same([first, later]));
        expect(await store.members.zonePeriods((await join(newAccount())).member.id)).toEqual([]);
      });

      it('replaces a zone period that begins at the same instant, and only that one', async () => {
        const { member } = await join(newAccount());
        const next = { since: now.add({ milliseconds: 1 }), zone: newYork, dayEndsAt: midnight };
        await write((tx) => tx.members.addZonePeriod(member.id, { since: now, zone: newYork, dayEndsAt: midnight }));
        await write((tx) => tx.members.addZonePeriod(member.id, next));
        await write((tx) => tx.members.addZonePeriod(member.id, { since: now, zone: kolkata, dayEndsAt: six }));
        const after = [{ since: now, zone: kolkata, dayEndsAt: six }, next];
        expect(same(await store.members.zonePeriods(member.id))).toEqual(same(after));
      });

      it('keeps pauses, with an end or without, in the order of their first days', async () => {
        const { member } = await join(newAccount());
        await write((tx) => tx.members.addPause(member.id, day('2026-05-01'), null));
        await write((tx) => tx.members.addPause(member.id, day('2026-03-01'), day('2026-03-04')));
        const pauses = await store.members.pauses(member.id);
        expect(pauses.map(({ from, until }) => [from, until])).toEqual([
          ['2026-03-01', '2026-03-04'],
          ['2026-05-01', null],
        ]);
        expect(new Set(pauses.map(({ id }) => id)).size).toBe(2);
      });

      it('changes and removes the pause that is meant, of the member that is meant', async () => {
        const [{ member }, other] = [await join(newAccount()), await join(newAccount())];
        await write((tx) => tx.members.addPause(member.id, day('2026-03-01'), null));
        await write((tx) => tx.members.addPause(member.id, day('2026-05-01'), null));
        const [march, may] = await store.members.pauses(member.id);
        if (march === undefined || may === undefined) throw new Error('A pause is lost');
        const changed = { id: march.id, from: day('2026-03-02'), until: day('2026-03-09') };
        await write((tx) => tx.members.changePause(member.id, changed));
        expect(await store.members.pauses(member.id)).toEqual([changed, may]);
        await write((tx) => tx.members.changePause(other.member.id, { ...changed, until: null }));
        await write((tx) => tx.members.removePause(other.member.id, may.id));
        expect(await store.members.pauses(member.id)).toEqual([changed, may]);
        await write((tx) => tx.members.removePause(member.id, march.id));
        expect(await store.members.pauses(member.id)).toEqual([may]);
      });
    });

    describe('communities', () => {
      it('makes a community at its first change, and changes only what is given', async () => {
        const ref = newAccount();
        expect(await store.communities.find(ref)).toBeNull();
        const made = await write((tx) => tx.communities.change(ref, { zone: newYork }, now));
        expect(made).toEqual({ id: made.id, zone: newYork, country: null });
        const changed = await write((tx) => tx.communities.change(ref, { country: 'IE' }, now));
        expect(changed).toEqual({ id: made.id, zone: newYork, country: 'IE' });
        const cleared = await write((tx) => tx.communities.change(ref, { zone: null }, now));
        expect(cleared).toEqual({ id: made.id, zone: null, country: 'IE' });
        expect(await store.communities.find(ref)).toEqual(cleared);
        expect(await store.communities.find(newAccount())).toBeNull();
      });
    });

    describe('check-ins', () => {
      const checkInOn = (on: string, details: Details = {}, late = false): CheckIn => ({
        day: day(on),
        checkedInAt: now,
        late,
        details,
      });

      it('keeps one check-in a day: the second takes the place of the first, whole', async () => {
        const { member } = await join(newAccount());
        const full = checkInOn('2026-03-08', { mood: 4, craving: 7, feelings: ['angry'], used: true, note: 'n' });
        const bare = { ...checkInOn('2026-03-08', { mood: 2 }, true), checkedInAt: now.add({ hours: 1 }) };
        await write((tx) => tx.checkIns.put(member.id, full));
        await write((tx) => tx.checkIns.put(member.id, bare));
        expect(same(await store.checkIns.find(member.id, bare.day))).toEqual(same(bare));
        expect(await store.checkIns.days(member.id)).toEqual(['2026-03-08']);
      });

      it.each<[string, Details]>([
        ['nothing but the act', {}],
        ['every lowest value', { mood: 1, craving: 0, confidence: 0, feelings: [], used: false, note: '' }],
        ['every highest value', { mood: 5, craving: 10, confidence: 10, used: true, note: 'a'.repeat(4_000) }],
        ['all four feelings, in their order', { feelings: ['tired', 'hungry', 'lonely', 'angry'] }],
        ['a note as it was written', { note: ' 🫂👩‍👩‍👧 "quoted" \'so\'\r\n\tand\\n; -- 100% naïve\u2028{"a":1} ' }],
      ])('gives back %s', async (_, details) => {
        const { member } = await join(newAccount());
        const checkIn = checkInOn('2026-03-08', details, true);
        await write((tx) => tx.checkIns.put(member.id, checkIn));
        const found = await store.checkIns.find(member.id, checkIn.day);
        expect(same(found)).toStrictEqual(same(checkIn));
        expect(same(await store.checkIns.since(member.id, checkIn.day))).toStrictEqual(same([checkIn]));
      });

      it('gives days, and the check-ins from a day on, oldest first, of one member alone', async () => {
        const [{ member }, other] = [await join(newAccount()), await join(newAccount())];
        const days = ['2026-03-10', '2025-12-31', '2026-03-09', '2026-01-01'];
        for (const on of days) await write((tx) => tx.checkIns.put(member.id, checkInOn(on)));
        await write((tx) => tx.checkIns.put(other.member.id, checkInOn('2026-02-01')));
        expect(await store.checkIns.days(member.id)).toEqual(['2025-12-31', '2026-01-01', '2026-03-09', '2026-03-10']);
        const since = async (from: string) =>
          (await store.checkIns.since(member.id, day(from))).map((checkIn) => checkIn.day);
        expect(await since('2026-01-01')).toEqual(['2026-01-01', '2026-03-09', '2026-03-10']);
        expect(await since('2026-01-02')).toEqual(['2026-03-09', '2026-03-10']);
        expect(await since('2026-03-11')).toEqual([]);
        expect(await store.checkIns.find(member.id, day('2026-02-01'))).toBeNull();
      });

      it('takes no check-in of somebody who is not there', async () => {
        const { member } = await join(newAccount());
        const nobody = `${member.id}x` as typeof member.id;
        await expect(write((tx) => tx.checkIns.put(nobody, checkInOn('2026-03-08')))).rejects.toBeInstanceOf(Error);
        expect(await store.checkIns.days(nobody)).toEqual([]);
      });
    });

    describe('coping sessions', () => {
      const run = (id: string, about: Partial<CopingSession> = {}): CopingSession => ({
        id,
        strategyId: 'urge-surfing',
        trigger: null,
        before: 7,
        after: 3,
        endedAt: now,
        ...about,
      });

      it('gives the runs with both ratings, newest first, 0 being a rating', async () => {
        const [{ member }, other] = [await join(newAccount()), await join(newAccount())];
        const runs = [
          run('middle', { endedAt: now.add({ milliseconds: 1 }), trigger: 'a "row" 🌧' }),
          run('no-before', { before: null }),
          run('no-after', { after: null }),
          run('other-strategy', { strategyId: 'box-breathing' }),
          run('newest', { endedAt: now.add({ hours: 1 }), before: 0, after: 0 }),
          run('oldest'),
        ];
        for (const session of runs) await write((tx) => tx.coping.put(member.id, session));
        await write((tx) => tx.coping.put(other.member.id, run('of-another', { before: 2 })));
        const rated = await store.coping.rated(member.id, 'urge-surfing');
        expect(rated.map(({ id }) => id)).toEqual(['newest', 'middle', 'oldest']);
        expect(same(rated[0])).toMatchObject(same(runs[4]) as object);
        expect(same(rated[1])).toMatchObject(same(runs[0]) as object);
      });

      it('replaces a run that is there already, and leaves the same id of another member alone', async () => {
        const [{ member }, other] = [await join(newAccount()), await join(newAccount())];
        await write((tx) => tx.coping.put(other.member.id, run('one', { before: 9 })));
        await write((tx) => tx.coping.put(member.id, run('one', { after: null })));
        expect(await store.coping.rated(member.id, 'urge-surfing')).toEqual([]);
        await write((tx) => tx.coping.put(member.id, run('one', { before: 6 })));
        await write((tx) => tx.coping.put(member.id, run('one', { before: 5 })));
        expect(await store.coping.rated(member.id, 'urge-surfing')).toMatchObject([{ id: 'one', before: 5, after: 3 }]);
        expect(await store.coping.rated(other.member.id, 'urge-surfing')).toMatchObject([{ id: 'one', before: 9 }]);
      });
    });

    describe('drafts', () => {
      const soon = now.add({ minutes: 30 });

      it('gives a draft back until the instant at which it expires', async () => {
        const ref = newAccount();
        await join(ref);
        const payload = '{"note":"🫂 \\"so\\"\\n"}';
        await write((tx) => tx.drafts.put(ref, 'form', payload, soon));
        expect(await store.drafts.find(ref, 'form', soon.subtract({ milliseconds: 1 }))).toBe(payload);
        expect(await store.drafts.find(ref, 'form', soon)).toBeNull();
      });

      it('keeps one of each kind an account, the newest', async () => {
        const [ref, other] = [newAccount(), newAccount()];
        await Promise.all([join(ref), join(other)]);
        await write((tx) => tx.drafts.put(ref, 'form', '1', now));
        await write((tx) => tx.drafts.put(ref, 'details', '2', soon));
        await write((tx) => tx.drafts.put(other, 'form', '3', soon));
        await write((tx) => tx.drafts.put(ref, 'form', '4', soon));
        expect(await store.drafts.find(ref, 'form', now)).toBe('4');
        expect(await store.drafts.find(ref, 'details', now)).toBe('2');
        expect(await store.drafts.find(other, 'form', now)).toBe('3');
        expect(await store.drafts.find(other, 'details', now)).toBeNull();
      });

      it('removes the draft that is meant, and nothing where there is none', async () => {
        const [ref, other] = [newAccount(), newAccount()];
        await Promise.all([join(ref), join(other)]);
        await write((tx) => tx.drafts.put(ref, 'form', '1', soon));
        await write((tx) => tx.drafts.put(ref, 'details', '2', soon));
        await write((tx) => tx.drafts.put(other, 'form', '3', soon));
        await write((tx) => tx.drafts.remove(ref, 'form'));
        await write((tx) => tx.drafts.remove(ref, 'form'));
        expect(await store.drafts.find(ref, 'form', now)).toBeNull();
        expect(await store.drafts.find(ref, 'details', now)).toBe('2');
        expect(await store.drafts.find(other, 'form', now)).toBe('3');
      });

      it('takes no draft of an account that is not there', async () => {
        const ref = newAccount();
        await expect(write((tx) => tx.drafts.put(ref, 'form', '1', soon))).rejects.toBeInstanceOf(Error);
        await join(ref);
        expect(await store.drafts.find(ref, 'form', now)).toBeNull();
      });
    });

    describe('handled requests', () => {
      const answerOf = (ref: AccountRef, id: string) => store.handled.answer(ref, id);
      const joined = async () => {
        const ref = newAccount();
        await join(ref);
        return ref;
      };

      it('remembers the answer of a request, for the account that asked', async () => {
        const ref = await joined();
        expect(await answerOf(ref, 'one')).toBeNull();
        await write((tx) => remember(tx, ref, 'one', '{"blocks":["🫂\\n"]}'));
        expect(await answerOf(ref, 'one')).toBe('{"blocks":["🫂\\n"]}');
        expect(await answerOf({ ...ref, platform: `${ref.platform}x` }, 'one')).toBeNull();
      });

      it('handles a request that comes twice at once one time only', async () => {
        const ref = await joined();
        const handle = (answer: string) =>
          write(async (tx) => {
            const before = await tx.handled.answer(ref, 'one');
            if (before === null) await remember(tx, ref, 'one', answer);
            return before ?? answer;
          });
        const [one, other] = await Promise.all([handle('a'), handle('b')]);
        expect(one).toBe(other);
        expect(await answerOf(ref, 'one')).toBe(one);
      });

      it('never lets a second answer take the place of the first', async () => {
        const ref = await joined();
        await write((tx) => remember(tx, ref, 'one', 'first'));
        await expect(write((tx) => remember(tx, ref, 'one', 'second'))).rejects.toBeInstanceOf(Error);
        expect(await answerOf(ref, 'one')).toBe('first');
      });

      it('forgets all answers of an account, and no one else’s', async () => {
        const [one, other] = [await joined(), await joined()];
        await write(async (tx) => {
          await remember(tx, one, 'a', 'a');
          await remember(tx, one, 'b', 'b');
          await remember(tx, other, 'c', 'c');
          await tx.handled.forget((await tx.members.ensure(one, now)).id);
        });
        expect(await answerOf(one, 'a')).toBeNull();
        expect(await answerOf(one, 'b')).toBeNull();
        expect(await answerOf(other, 'c')).toBe('c');
      });
    });

    describe('meetings', () => {
      const add = (feed: string, importId: string, batch: readonly Meeting[]) =>
        write((tx) => tx.meetings.addBatch({ name: feed, program: 'AA' }, importId, batch, now));
      const show = (feed: string, importId: string, when = now) =>
        write((tx) => tx.meetings.switchTo(feed, importId, when));
      /** What is shown of some imports: tests share the database. */
      const shown = async (...imports: string[]) =>
        (await store.meetings.times()).filter(({ ref }) => imports.includes(ref.importId));
      const slugs = async (...imports: string[]) => (await shown(...imports)).map(({ ref }) => ref.slug).sort();

      it('shows nothing of an import until it is switched to, and then all of it at once', async () => {
        const feed = newName('feed');
        const [one, two] = [newName('import'), newName('import')];
        await add(feed, one, [meeting('a'), meeting('b')]);
        await add(feed, one, [meeting('c')]);
        expect(await slugs(one)).toEqual([]);
        await show(feed, one);
        expect(await slugs(one)).toEqual(['a', 'b', 'c']);
        await add(feed, two, [meeting('a'), meeting('d')]);
        expect(await slugs(one, two)).toEqual(['a', 'b', 'c']);
        await show(feed, two);
        expect(await slugs(one, two)).toEqual(['a', 'd']);
      });

      it('gives when a meeting is, with its own zone, or null where the source does not say', async () => {
        const [feed, importId] = [newName('feed'), newName('import')];
        const known = meeting('known', { weekday: 7, startMinute: 1_439, durationMinutes: 60, zone: kolkata });
        const unknown = meeting('unknown', { weekday: 1, startMinute: 0, durationMinutes: null, zone: null });
        await add(feed, importId, [known, unknown]);
        await show(feed, importId);
        const times = await shown(importId);
        expect(times).toHaveLength(2);
        for (const { slug, weekday, startMinute, durationMinutes, zone } of [known, unknown]) {
          const ref = { importId, slug, weekday, startMinute };
          expect(times).toContainEqual({ ref, weekday, startMinute, durationMinutes, zone });
        }
      });

      it('gets meetings by their refs, each with all that the source told', async () => {
        const [feed, importId] = [newName('feed'), newName('import')];
        const bare = meeting('bare');
        const full = meeting('full', {
          name: 'Früh "am" Tag 🌅',
          durationMinutes: 90,
          zone: newYork,
          attendance: 'hybrid',
          types: ['O', 'A', 'X-1'],
          location: 'St. Mary’s\nhall',
          address: '1 Main St',
          joinUrl: 'https://example.org/?a=1&b=%20',
          joinPhone: '+1 555,,123#',
          sourceUrl: 'https://example.org/m',
        });
        const atNoon = { ...bare, startMinute: 720 };
        await add(feed, importId, [bare, full, atNoon]);
        await show(feed, importId);
        const refs = [bare, full, atNoon].map(({ slug, weekday, startMinute }) => ({
          importId,
          slug,
          weekday,
          startMinute,
        }));
        const [bareRef, fullRef] = refs;
        if (bareRef === undefined || fullRef === undefined) throw new Error('No refs');
        expect(await store.meetings.get([fullRef])).toMatchObject([{ ...full, ref: fullRef }]);
        expect(await store.meetings.get([bareRef])).toMatchObject([{ ...bare, ref: bareRef }]);
        expect(await store.meetings.get(refs)).toHaveLength(3);
        expect(await store.meetings.get([])).toEqual([]);
        expect(await store.meetings.get([{ ...fullRef, weekday: 6 }])).toEqual([]);
      });

      it('removes what older imports left in slices, and nothing that is shown', async () => {
        const [feed, otherFeed] = [newName('feed'), newName('feed')];
        const [one, two, other] = [newName('import'), newName('import'), newName('import')];
        await add(
          feed,
          one,
          ['a', 'b', 'c', 'd', 'e'].map((slug) => meeting(slug)),
        );
        await add(feed, two, [meeting('a'), meeting('f')]);
        await add(otherFeed, other, [meeting('g')]);
        await show(feed, two);
        await show(otherFeed, other);
        const removeOld = () => write((tx) => tx.meetings.removeOld(feed, two, 2));
        expect([await removeOld(), await removeOld(), await removeOld(), await removeOld()]).toEqual([2, 2, 1, 0]);
        expect(await slugs(one, two, other)).toEqual(['a', 'f', 'g']);
        const { weekday, startMinute } = meeting('a');
        expect(await store.meetings.get([{ importId: one, slug: 'a', weekday, startMinute }])).toEqual([]);
      });

      it('lists the feeds that show something, by name, with when they were last switched', async () => {
        const name = newName('feed');
        const [b, a, hidden] = [`${name}-b`, `${name}-a`, `${name}-c`];
        const importId = newName('import');
        for (const feed of [b, a, hidden]) await add(feed, `${importId}-${feed}`, [meeting('a')]);
        await show(b, `${importId}-${b}`);
        await show(a, `${importId}-${a}`);
        await show(b, `${importId}-${b}`, now.add({ milliseconds: 1 }));
        const feeds = (await store.meetings.feeds()).filter((feed) => feed.name.startsWith(name));
        expect(same(feeds)).toEqual(
          same([
            { name: a, program: 'AA', importedAt: now },
            { name: b, program: 'AA', importedAt: now.add({ milliseconds: 1 }) },
          ]),
        );
      });

      it('switches to no import of a feed that is not there', async () => {
        await expect(show(newName('feed'), newName('import'))).rejects.toBeInstanceOf(Error);
      });
    });

    describe('sweeping', () => {
      it('removes expired drafts and old requests for good, and keeps the others', async () => {
        const ref = newAccount();
        const ago = now.subtract({ hours: 1 });
        const inAMoment = now.add({ milliseconds: 1 });
        await join(ref);
        await write(async (tx) => {
          await tx.drafts.put(ref, 'form', 'expired', now);
          await tx.drafts.put(ref, 'details', 'open', inAMoment);
          await remember(tx, ref, `${ref.key}-old`, '1', ago.subtract({ milliseconds: 1 }));
          await remember(tx, ref, `${ref.key}-new`, '2', ago);
        });
        await store.sweep(now, ago);
        // Asked as of long ago, an expired draft would still be seen if it were there.
        expect(await store.drafts.find(ref, 'form', at('2000-01-01T00:00Z'))).toBeNull();
        expect(await store.drafts.find(ref, 'details', now)).toBe('open');
        await write(async (tx) => {
          expect(await tx.handled.answer(ref, `${ref.key}-old`)).toBeNull();
          expect(await tx.handled.answer(ref, `${ref.key}-new`)).toBe('2');
        });
      });
    });

    describe('transactions', () => {
      const failure = new Error('on purpose');

      it('gives what the work gives, and sees its own writes before anybody else may', async () => {
        const ref = newAccount();
        const given = await write(async (tx) => {
          const { member } = await tx.members.ensure(ref, now);
          await tx.members.raiseBest(member.id, 4);
          return (await tx.members.find(ref))?.member.bestInARow;
        });
        expect(given).toBe(4);
      });

      it('leaves nothing of a transaction that throws, in any room', async () => {
        const [ref, known, community] = [newAccount(), newAccount(), newAccount()];
        const { member } = await join(known);
        const [feed, importId, requestId] = [newName('feed'), newName('import'), newName('request')];
        const failing = write(async (tx) => {
          await tx.members.ensure(ref, now);
          await tx.members.change(member.id, { zone: newYork });
          await tx.members.raiseBest(member.id, 4);
          await tx.members.addZonePeriod(member.id, { since: now, zone: newYork, dayEndsAt: six });
          await tx.members.addPause(member.id, day('2026-03-01'), null);
          await tx.communities.change(community, { country: 'IE' }, now);
          await tx.checkIns.put(member.id, { day: day('2026-03-08'), checkedInAt: now, late: false, details: {} });
          const rated = { strategyId: 's', trigger: null, before: 1, after: 1, endedAt: now };
          await tx.coping.put(member.id, { id: 'one', ...rated });
          await tx.drafts.put(known, 'form', '1', now.add({ hours: 1 }));
          await remember(tx, known, requestId, '1');
          await tx.meetings.addBatch({ name: feed, program: 'AA' }, importId, [meeting('a')], now);
          await tx.meetings.switchTo(feed, importId, now);
          throw failure;
        });
        await expect(failing).rejects.toBe(failure);
        expect(await store.members.find(ref)).toBeNull();
        expect(await memberOf(known)).toEqual(member);
        expect(await store.members.zonePeriods(member.id)).toEqual([]);
        expect(await store.members.pauses(member.id)).toEqual([]);
        expect(await store.communities.find(community)).toBeNull();
        expect(await store.checkIns.days(member.id)).toEqual([]);
        expect(await store.coping.rated(member.id, 's')).toEqual([]);
        expect(await store.drafts.find(known, 'form', now)).toBeNull();
        expect(await write((tx) => tx.handled.answer(known, requestId))).toBeNull();
        expect((await store.meetings.feeds()).map(({ name }) => name)).not.toContain(feed);
        expect((await store.meetings.times()).map(({ ref }) => ref.importId)).not.toContain(importId);
      });

      it('counts both of two transactions that add to the same row at once', async () => {
        const ref = newAccount();
        const { member } = await join(ref);
        const addOne = () =>
          write(async (tx) => {
            const before = (await tx.members.find(ref))?.member.bestInARow ?? 0;
            await tx.members.raiseBest(member.id, before + 1);
          });
        await Promise.all(Array.from({ length: 10 }, addOne));
        expect((await memberOf(ref))?.bestInARow).toBe(10);
      });

      it('keeps what another wrote while a transaction was open that rolls back', async () => {
        const [ref, other] = [newAccount(), newAccount()];
        await join(ref);
        await write((tx) => tx.drafts.put(ref, 'form', 'expired', now));
        let beside: Promise<unknown>[] = [];
        const failing = write(async (tx) => {
          await tx.members.ensure(newAccount(), now);
          beside = [join(other), store.sweep(now, at('2000-01-01T00:00Z'))];
          await tx.members.ensure(newAccount(), now);
          throw failure;
        });
        await expect(failing).rejects.toBe(failure);
        await Promise.all(beside);
        expect(await store.members.find(other)).not.toBeNull();
        expect(await store.drafts.find(ref, 'form', at('2000-01-01T00:00Z'))).toBeNull();
      });

      it('never shows a plain read what a transaction has not committed', async () => {
        const ref = newAccount();
        let beside: Promise<unknown> = Promise.resolve();
        const failing = write(async (tx) => {
          await tx.members.ensure(ref, now);
          beside = store.members.find(ref);
          await tx.members.ensure(newAccount(), now);
          throw failure;
        });
        await expect(failing).rejects.toBe(failure);
        expect(await beside).toBeNull();
      });

      it('goes on after a transaction that failed', async () => {
        await expect(write(() => Promise.reject(failure))).rejects.toBe(failure);
        const ref = newAccount();
        const made = await join(ref);
        expect(await store.members.find(ref)).toEqual(made);
      });

      it('takes no write for a transaction that is over', async () => {
        const ref = newAccount();
        const { member } = await join(ref);
        const over = await write(async (tx) => ({ tx }));
        await expect(over.tx.members.raiseBest(member.id, 9)).rejects.toBeInstanceOf(Error);
        expect((await memberOf(ref))?.bestInARow).toBe(0);
      });
    });

    it('keeps the milliseconds of every instant', async () => {
      const ref = newAccount();
      const { member } = await join(ref);
      const instants = ['1969-12-31T23:59:59.999Z', '2026-03-08T06:59:30.001Z', '2199-01-01T00:00:00.500Z'].map(at);
      for (const [i, instant] of instants.entries()) {
        const on = day(`2026-03-0${i + 1}`);
        await write(async (tx) => {
          await tx.members.addZonePeriod(member.id, { since: instant, zone: newYork, dayEndsAt: midnight });
          await tx.checkIns.put(member.id, { day: on, checkedInAt: instant, late: false, details: {} });
          const rated = { strategyId: 's', trigger: null, before: 1, after: 1, endedAt: instant };
          await tx.coping.put(member.id, { id: String(i), ...rated });
        });
      }
      const wanted = instants.map(String);
      expect((await store.members.zonePeriods(member.id)).map(({ since }) => String(since))).toEqual(wanted);
      const checkIns = await store.checkIns.since(member.id, day('2026-03-01'));
      expect(checkIns.map(({ checkedInAt }) => String(checkedInAt))).toEqual(wanted);
      const rated = await store.coping.rated(member.id, 's');
      expect(rated.map(({ endedAt }) => String(endedAt))).toEqual(wanted.toReversed());
    });
  });
}

let names = 0;
function newName(kind: string): string {
  names += 1;
  return `${kind}-${names}`;
}

function newAccount(): AccountRef {
  return { platform: 'memory', key: newName('someone') };
}

function meeting(slug: string, about: Partial<Meeting> = {}): Meeting {
  return {
    slug,
    name: 'A meeting',
    weekday: 3,
    startMinute: 600,
    durationMinutes: null,
    zone: null,
    attendance: 'in-person',
    types: [],
    location: null,
    address: null,
    joinUrl: null,
    joinPhone: null,
    sourceUrl: null,
    ...about,
  };
}

function at(instant: string): Temporal.Instant {
  return Temporal.Instant.from(instant);
}

function day(date: string): Day {
  return date as Day;
}

/** With instants as text, since two Temporal instants look alike to `toEqual` whatever they hold. */
function same(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}

async function remember(
  tx: StoreWrites,
  ref: AccountRef,
  requestId: string,
  answer: string,
  when = now,
): Promise<void> {
  const { id } = await tx.members.ensure(ref, now);
  await tx.handled.remember(id, requestId, answer, when);
}
