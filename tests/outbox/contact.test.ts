import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Account, Member, Pause } from '../../src/core/members/member.ts';
import { noContact } from '../../src/core/outbox/contact.ts';
import { type Contact, noRules } from '../../src/core/outbox/contact-store.ts';
import { quietHours } from '../../src/core/outbox/quiet-hours.ts';
import { type ClockTime, type Day, Temporal, type ZoneId } from '../../src/core/values/time.ts';
import { openWorld } from '../support/world.ts';
import { FakePlatform, refused } from './fake-platform.ts';
import { databases, openOutbox, saying } from './outbox.ts';

const newYork = 'America/New_York' as ZoneId;
const clock = (time: string) => time as ClockTime;
const night = { from: clock('22:00'), until: clock('07:00') };

interface Said {
  readonly at?: string;
  readonly contact?: Partial<Contact>;
  readonly chat?: Account['chat'];
  readonly pauses?: readonly Pause[];
  readonly urgent?: boolean;
}

function may({ at = '2026-03-02T12:00', contact = {}, chat = 'open', pauses = [], urgent = false }: Said) {
  const now = Temporal.PlainDateTime.from(at).toZonedDateTime(newYork).toInstant();
  const member = { zone: newYork, dayEndsAt: '03:00' } as Member;
  const account = { member, told: { locale: null, zone: null }, community: null, chat } as unknown as Account;
  return noContact({ account, contact: { ...noRules, ...contact }, pauses, urgent, now });
}

const at = (local: string) => Temporal.PlainDateTime.from(local).toZonedDateTime(newYork).toInstant();

describe('a member who is written to unasked', () => {
  it('is written to when nothing speaks against it', () => {
    expect(may({})).toBeNull();
  });

  it.each([
    ['22:00', 'quiet-hours'],
    ['23:59', 'quiet-hours'],
    ['00:00', 'quiet-hours'],
    ['06:59', 'quiet-hours'],
    ['07:00', null],
    ['21:59', null],
  ])('at %s, with quiet hours over midnight: %s', (time, reason) => {
    expect(may({ at: `2026-03-02T${time}`, contact: { quiet: night } })).toBe(reason);
  });

  it('is left in quiet by urgent messages too, unless they let those through', () => {
    const said = { at: '2026-03-02T02:00', contact: { quiet: night }, urgent: true };
    expect(may(said)).toBe('quiet-hours');
    expect(may({ ...said, contact: { quiet: night, urgentInQuiet: true } })).toBeNull();
    expect(may({ ...said, contact: { quiet: night, urgentInQuiet: true }, urgent: false })).toBe('quiet-hours');
  });

  it('has quiet hours by their own clock, also in the night in which clocks change', () => {
    const quiet = { from: clock('01:00'), until: clock('03:00') };
    expect(may({ at: '2026-03-08T01:59', contact: { quiet } })).toBe('quiet-hours');
    expect(may({ at: '2026-03-08T03:00', contact: { quiet } })).toBeNull();
  });

  it('is left alone in a pause, but for what is urgent', () => {
    const pauses = [{ id: '1', from: '2026-03-01' as Day, until: '2026-03-02' as Day }];
    expect(may({ pauses })).toBe('paused');
    expect(may({ pauses, urgent: true })).toBeNull();
    expect(may({ pauses, at: '2026-03-03T12:00' })).toBeNull();
    // Their day ends at 03:00.
    expect(may({ pauses, at: '2026-03-03T02:00' })).toBe('paused');
    expect(may({ pauses: [{ id: '1', from: '2026-03-01' as Day, until: null }], at: '2026-09-01T12:00' })).toBe(
      'paused',
    );
  });

  it('gets one message a day, by their own day, and fewer when they asked for less', () => {
    const lastAt = at('2026-03-02T20:00');
    expect(may({ at: '2026-03-02T23:00', contact: { lastAt } })).toBe('less-often');
    expect(may({ at: '2026-03-03T02:59', contact: { lastAt } })).toBe('less-often');
    expect(may({ at: '2026-03-03T03:00', contact: { lastAt } })).toBeNull();
    expect(may({ at: '2026-03-04T12:00', contact: { lastAt, everyDays: 3 } })).toBe('less-often');
    expect(may({ at: '2026-03-05T12:00', contact: { lastAt, everyDays: 3 } })).toBeNull();
  });

  it('whose chat is closed gets nothing, whatever it is, until they ask for it again', () => {
    for (const chat of ['closed', 'told'] as const) {
      expect(may({ chat })).toBe('closed-chat');
      expect(may({ chat, urgent: true })).toBe('closed-chat');
    }
  });

  it('is never written to in quiet hours, whatever the hours and the moment are', () => {
    const minute = fc.integer({ min: 0, max: 1_439 });
    const text = (minutes: number) =>
      clock(`${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`);
    fc.assert(
      fc.property(minute, minute, minute, (from, until, now) => {
        let isQuiet = from === until;
        for (let m = from; m !== until; m = (m + 1) % 1_440) isQuiet ||= m === now;
        const reason = may({
          at: `2026-06-02T${text(now)}`,
          contact: { quiet: { from: text(from), until: text(until) } },
        });
        expect(reason).toBe(isQuiet ? 'quiet-hours' : null);
      }),
    );
  });
});

describe('quiet hours', () => {
  it.each([
    ['22:00-07:00', night],
    ['22:00 – 7:00', night],
    ['22:00 to 07:00', night],
    ['none', null],
    ['off', null],
  ])('can be written as %s', (text, read) => {
    expect(quietHours.parse(text)).toEqual(read);
  });

  it.each(['22-7', '24:00-07:00', '22:00', 'at night', '22:00-07:60'])('are not taken from %s', (text) => {
    expect(quietHours.safeParse(text).success).toBe(false);
  });

  it('are set, shown and taken back in /settings, and bad ones change nothing', async () => {
    const world = await openWorld();
    const amy = world.person('amy');
    expect((await amy.says('/settings quiet:"22:00-07:00"')).text).toContain('Quiet hours: 22:00 to 07:00');
    const bad = await amy.says('/settings quiet:late');
    expect(bad.text).toContain('Quiet hours are two times, such as 22:00-07:00');
    const shown = await amy.says('/settings');
    expect(shown.text).toContain('Quiet hours: 22:00 to 07:00');
    expect(shown.text).toContain('Urgent messages in quiet hours: No');
    expect((await amy.says('/settings urgent:yes')).text).toContain('Urgent messages in quiet hours: Yes');
    expect((await amy.says('/settings quiet:none')).text).toContain('Quiet hours: not set');
    await world.close();
  });
});

describe.each(databases)('a private chat that is closed to the bot, on %s', (kind) => {
  it('ends what it sends by itself; they are told once, when they next come, and can turn it on again', async () => {
    const outbox = await openOutbox(kind);
    const platform = new FakePlatform('fake');
    platform.next(refused('closed-dm'));
    const reminder = saying('leave', { route: 'test.reminder', unasked: true });
    outbox.dispatcher(platform, { templates: [reminder] });
    await outbox.toMember('first', reminder);
    await outbox.settled();
    await outbox.toMember('second', reminder);
    expect(await outbox.settled()).toEqual({ refused: 1, skipped: 1 });
    expect(platform.posts).toEqual([]);

    const world = await openWorld({ store: outbox.store, name: 'fake' });
    const amy = world.person('amy');
    expect((await amy.says('/sos')).text).not.toContain('stopped sending');
    expect((await amy.says('/progress')).text).toContain('I could not write to you in private');
    expect((await amy.says('/progress')).text).not.toContain('I could not write to you in private');
    await outbox.toMember('third', reminder);
    expect(await outbox.settled()).toEqual({ refused: 1, skipped: 2 });
    await amy.says('/settings');
    await amy.presses('Write to me by yourself again');
    await outbox.toMember('fourth', reminder);
    expect(await outbox.settled()).toEqual({ refused: 1, skipped: 2, sent: 1 });
    await outbox.toMember('fifth', reminder);
    expect(await outbox.settled()).toEqual({ refused: 1, skipped: 3, sent: 1 });
    await world.close();
  });
});
