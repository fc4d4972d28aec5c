import * as fc from 'fast-check';
import { expect } from 'vitest';
import { memberDays } from '../../src/core/checkins/fold.ts';
import type { Store } from '../../src/core/conversation/store.ts';
import { personOf } from '../../src/core/members/person.ts';
import type { ZoneId } from '../../src/core/values/time.ts';
import { memoryStore } from './memory-store.ts';
import { volume } from './volume.ts';
import { openWorld, type Person, type World } from './world.ts';

/**
 * The rules of the streak as the product's page says them ("Member day", "Streak"), written once more and slowly: sets of
 * dates, and a walk over them. Nothing of src/ is used, so that both are wrong only where both are wrong alike.
 * Dates are numbers of days since 1970-01-01, instants are numbers of minutes since then, in UTC.
 */
class StreakModel {
  #now: number;
  #zone: string;
  #dayEndsAt = 0;
  #known = false;
  readonly #lived = new Set<number>();
  readonly #checkIns = new Set<number>();
  #pauses: { from: number; until: number }[] = [];
  #longestShown = 0;

  constructor(now: number, zone: string) {
    this.#now = now;
    this.#zone = zone;
  }

  get now(): number {
    return this.#now;
  }

  get today(): number {
    return memberDay(this.#now, this.#zone, this.#dayEndsAt);
  }

  /** The last day that they lived before today. */
  get yesterday(): number {
    return Math.max(...[...this.#lived].filter((date) => date < this.today));
  }

  /** Is there a pause that today, or a day to come, is in? */
  get mayEndPause(): boolean {
    return this.#pauses.some(({ until }) => until >= this.today);
  }

  wait(minutes: number): void {
    if (this.#known) this.#live(this.#now, this.#now + minutes);
    this.#now += minutes;
  }

  checkIn(day: 'today' | 'yesterday'): void {
    this.#begin();
    this.#change(() => this.#checkIns.add(this[day]));
  }

  moveTo(zone: string): void {
    this.#change(() => {
      this.#zone = zone;
    });
  }

  endDaysAt(minuteOfDay: number): void {
    this.#change(() => {
      this.#dayEndsAt = minuteOfDay;
    });
  }

  /**
   * A pause of these days. Without a start it is the open pause that gets an end, or one that begins today. Pauses that
   * overlap become one, and an end that is said ends an open one. Gives whether it can be: no end before its start.
   */
  pause(from: number | null, until: number): boolean {
    const begin = from ?? this.#pauses.find((pause) => pause.until === Infinity)?.from ?? this.today;
    if (until < begin) return false;
    this.#change(() => {
      const touching = this.#pauses.filter((pause) => begin <= pause.until && pause.from <= until);
      const ends = touching.map((pause) => pause.until).filter((end) => end !== Infinity);
      this.#pauses = this.#pauses.filter((pause) => !touching.includes(pause));
      this.#pauses.push({
        from: Math.min(begin, ...touching.map((pause) => pause.from)),
        until: Math.max(until, ...ends),
      });
    });
    return true;
  }

  /** The pause of today ends yesterday. Where today is not in one, those that are to come are taken back. */
  endPause(): void {
    this.#change(() => {
      const { today } = this;
      const isNow = (pause: { from: number; until: number }) => pause.from <= today && today <= pause.until;
      if (!this.#pauses.some(isNow)) this.#pauses = this.#pauses.filter(({ from }) => from <= today);
      this.#pauses = this.#pauses
        .map((pause) => (isNow(pause) ? { ...pause, until: today - 1 } : pause))
        .filter(({ from, until }) => from <= until);
    });
  }

  figures(): { inARow: number; longest: number; total: number } {
    const { inARow, longest } = this.#walk();
    return { inARow, longest: Math.max(longest, this.#longestShown), total: this.#checkIns.size };
  }

  #walk(): { inARow: number; longest: number } {
    const { today } = this;
    const first = Math.min(...this.#checkIns);
    const last = Math.max(...this.#checkIns, today);
    const walked: number[] = [];
    let streak: { checkIns: number; missed: number[] } | null = null;
    let longest = 0;
    for (let date = first; date <= last; date += 1) {
      const missed = date < today && this.#lived.has(date) && !this.#isPaused(date);
      if (this.#checkIns.has(date)) {
        streak ??= { checkIns: 0, missed: [] };
        streak.checkIns += 1;
        longest = Math.max(longest, streak.checkIns);
        walked.push(date);
      } else if (missed) {
        const sixBefore = walked.slice(-6);
        if (streak?.missed.some((other) => sixBefore.includes(other))) streak = null;
        else streak?.missed.push(date);
        walked.push(date);
      }
    }
    return { inARow: streak?.checkIns ?? 0, longest };
  }

  #isPaused(date: number): boolean {
    return this.#pauses.some(({ from, until }) => from <= date && date <= until);
  }

  #change(change: () => void): void {
    change();
    this.#begin();
    this.#longestShown = Math.max(this.#longestShown, this.#walk().longest);
  }

  /** What was before the first change nobody knows: it is as if they had always lived by what holds then. */
  #begin(): void {
    if (!this.#known) this.#live(this.#now - 10 * minutesADay, this.#now);
    this.#known = true;
  }

  /**
   * Every date that some minute from `from` up to and without `to` belongs to. A look each quarter of an hour sees them
   * all, since clocks change at none between: even a date that is only the half hour before a late day end, when the
   * day itself was left out (Samoa, 30 December 2011).
   */
  #live(from: number, to: number): void {
    this.#lived.add(this.#dayOf(from));
    for (let minute = Math.ceil(from / 15) * 15; minute < to; minute += 15) this.#lived.add(this.#dayOf(minute));
    this.#lived.add(this.#dayOf(to - 1));
  }

  #dayOf(minute: number): number {
    return memberDay(minute, this.#zone, this.#dayEndsAt);
  }
}

const minutesADay = 1_440;

/** The local date, or the one before while the local wall time is before the day end. */
function memberDay(minute: number, zone: string, dayEndsAt: number): number {
  const local = minute + offsetMinutes(minute, zone);
  const date = Math.floor(local / minutesADay);
  const wallTime = local - date * minutesADay;
  return wallTime < dayEndsAt ? date - 1 : date;
}

const offsets = new Map<string, Map<number, number>>();
const formats = new Map<string, Intl.DateTimeFormat>();

/** How far the zone's clocks are ahead of UTC. They change only on a quarter of an hour, so one answer serves for each. */
function offsetMinutes(minute: number, zone: string): number {
  const quarter = Math.floor(minute / 15);
  const known = offsets.get(zone) ?? new Map<number, number>();
  offsets.set(zone, known);
  const offset = known.get(quarter) ?? readOffset(quarter * 15, zone);
  known.set(quarter, offset);
  return offset;
}

function readOffset(minute: number, zone: string): number {
  const format =
    formats.get(zone) ?? new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...numeric });
  formats.set(zone, format);
  const parts = format.formatToParts(minute * 60_000);
  const read = (wanted: string) => Number(parts.find(({ type }) => type === wanted)?.value);
  const local = Date.UTC(read('year'), read('month') - 1, read('day'), read('hour'), read('minute'));
  return local / 60_000 - minute;
}

const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;

/** How many sequences of commands are tried in all; each of two files tries half of them, beside the other. */
const sequences = volume({ usual: 400, full: 20_000, soak: 40_000 });

type Command =
  | { readonly asks: 'check in' | 'check in for yesterday' | 'check in, sent twice' }
  | { readonly asks: 'check in daily'; readonly days: number }
  | { readonly asks: 'progress' | 'end the pause' }
  | { readonly asks: 'end days at'; readonly time: string }
  /** In days from today; null: not said. */
  | { readonly asks: 'pause'; readonly from: number | null; readonly days: number | null }
  | { readonly asks: 'move'; readonly to: string };

interface Step {
  readonly afterMinutes: number;
  readonly command: Command;
}

const zones = [
  'Pacific/Kiritimati',
  'Pacific/Honolulu',
  'Pacific/Apia',
  'Australia/Lord_Howe',
  'America/New_York',
  'Europe/London',
  'Asia/Kolkata',
  'UTC',
];

/** Days before clocks change somewhere, before a leap day and a new year, and before Samoa left out 30 December 2011. */
const starts = [
  '2026-03-05',
  '2026-03-26',
  '2026-04-02',
  '2026-10-01',
  '2026-10-22',
  '2026-10-30',
  '2026-12-28',
  '2028-02-26',
  '2011-12-27',
];

const afterMinutes = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 20 * 60, max: 28 * 60 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 90 }) },
  { weight: 2, arbitrary: fc.integer({ min: 60, max: 20 * 60 }) },
  { weight: 3, arbitrary: fc.integer({ min: minutesADay, max: 4 * minutesADay }) },
  { weight: 1, arbitrary: fc.integer({ min: 4 * minutesADay, max: 20 * minutesADay }) },
);

const staying: fc.WeightedArbitrary<Command>[] = [
  { weight: 8, arbitrary: fc.constant({ asks: 'check in' }) },
  { weight: 3, arbitrary: fc.constant({ asks: 'check in for yesterday' }) },
  { weight: 1, arbitrary: fc.constant({ asks: 'check in, sent twice' }) },
  { weight: 2, arbitrary: fc.record({ asks: fc.constant('check in daily'), days: fc.integer({ min: 2, max: 6 }) }) },
  { weight: 1, arbitrary: fc.constant({ asks: 'progress' }) },
  { weight: 1, arbitrary: fc.constant({ asks: 'end the pause' }) },
  {
    weight: 1,
    arbitrary: fc.record({
      asks: fc.constant('end days at'),
      time: fc.constantFrom('00:00', '00:30', '01:45', '02:30', '04:00', '05:59', '06:00'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        asks: fc.constant('pause'),
        from: fc.option(fc.integer({ min: -8, max: 4 })),
        days: fc.option(fc.integer({ min: 0, max: 9 })),
      })
      .filter(({ from, days }) => from !== null || days !== null),
  },
];
const travelling: fc.WeightedArbitrary<Command>[] = [
  ...staying,
  { weight: 6, arbitrary: fc.record({ asks: fc.constant('move'), to: fc.constantFrom(...zones) }) },
];
const commandsOf = { staying: fc.oneof(...staying), travelling: fc.oneof(...travelling) };

/** Half of the sequences, each through the real inbox and the model, which must show the same figures throughout. */
export function agreesOnHalf(kind: keyof typeof commandsOf): Promise<void> {
  const steps = fc.array(fc.record({ afterMinutes, command: commandsOf[kind] }), {
    minLength: 4,
    maxLength: 12,
    size: 'max',
  });
  const about = {
    start: fc.constantFrom(...starts),
    minute: fc.integer({ min: 0, max: minutesADay - 1 }),
    // What the platform tells of them; null: nothing, so that UTC stands in.
    zone: fc.option(fc.constantFrom(...zones)),
    steps,
  };
  return fc.assert(fc.asyncProperty(fc.record(about), agrees), { numRuns: sequences / 2 });
}

async function agrees({ start, minute, zone, steps }: Sequence): Promise<void> {
  const world = await openWorld({ store: memoryStore() });
  try {
    const model = new StreakModel(Date.parse(start) / 60_000 + minute, zone ?? 'UTC');
    const amy = world.person('amy', zone === null ? {} : { zone });
    const wait = (minutes: number) => {
      model.wait(minutes);
      world.itIs(new Date(model.now * 60_000).toISOString().slice(0, 16), 'UTC');
    };
    for (const { afterMinutes, command } of steps) {
      wait(afterMinutes);
      await ask(command, amy, model, wait);
      await expectSameFold(world, zone);
    }
    expect(figuresIn((await amy.says('/progress')).text)).toEqual(model.figures());
  } finally {
    await world.close();
  }
}

/** What was folded leads to the streak that all days lead to. */
async function expectSameFold({ store, now }: World, zone: string | null): Promise<void> {
  const about = {
    platform: 'memory',
    account: 'amy',
    community: null,
    locale: 'en',
    communityLocale: null,
    claims: [],
  };
  const { account } = await store.members.whoAsks({ platform: 'memory', key: 'amy' }, null);
  if (account === null) return;
  const person = personOf({ ...about, zone: zone as ZoneId | null }, account, null, now());
  const days = (reads: Pick<Store, 'checkIns'>) => memberDays(reads, account.member, person, now());
  const { checkIns } = store;
  const [some, all] = await Promise.all([
    days(store),
    days({ checkIns: { ...checkIns, history: (member) => checkIns.history(member, 'whole') } }),
  ]);
  expect([some.streak, some.folded, some.yesterday]).toEqual([all.streak, all.folded, all.yesterday]);
  expect(some.isCheckedIn(person.today)).toBe(all.isCheckedIn(person.today));
}

interface Sequence {
  readonly start: string;
  readonly minute: number;
  readonly zone: string | null;
  readonly steps: readonly Step[];
}

async function ask(command: Command, amy: Person, model: StreakModel, wait: (minutes: number) => void): Promise<void> {
  const checksIn = async (day: 'today' | 'yesterday'): Promise<void> => {
    model.checkIn(day);
    const { inARow, total } = model.figures();
    expect(figuresIn((await amy.says(`/checkin day:${day}`)).text)).toMatchObject({ inARow, total });
  };
  switch (command.asks) {
    case 'check in':
      return checksIn('today');
    case 'check in for yesterday':
      return checksIn('yesterday');
    case 'check in daily':
      for (let day = 1; day <= command.days; day += 1) {
        await checksIn('today');
        if (day < command.days) wait(minutesADay);
      }
      return;
    case 'check in, sent twice': {
      const asked = { kind: 'typed', name: 'checkin', rest: '' } as const;
      const id = `at-${model.now}`;
      model.checkIn('today');
      const first = await amy.asks(asked, id);
      expect((await amy.asks(asked, id)).text).toBe(first.text);
      return;
    }
    case 'progress':
      expect(figuresIn((await amy.says('/progress')).text)).toEqual(model.figures());
      return;
    case 'end the pause': {
      const { buttons } = await amy.says('/settings');
      expect(buttons.includes('End the pause')).toBe(model.mayEndPause);
      if (!model.mayEndPause) return;
      model.endPause();
      await amy.presses('End the pause');
      return;
    }
    case 'end days at': {
      const [hours = 0, minutes = 0] = command.time.split(':').map(Number);
      model.endDaysAt(hours * 60 + minutes);
      expect((await amy.says(`/settings day_ends:${command.time}`)).text).toContain('Saved.');
      return;
    }
    case 'pause': {
      const from = model.today + (command.from ?? 0);
      const until = command.days === null ? Infinity : from + command.days;
      const said = [
        command.from === null ? '' : ` pause_from:${dateText(from)}`,
        command.days === null ? '' : ` pause_until:${dateText(until)}`,
      ];
      const can = model.pause(command.from === null ? null : from, until);
      expect((await amy.says(`/settings${said.join('')}`)).text).toContain(can ? 'Saved.' : "doesn't work");
      return;
    }
    case 'move':
      model.moveTo(command.to);
      expect((await amy.says(`/settings zone:${command.to}`)).text).toContain('Saved.');
      return;
  }
}

function dateText(date: number): string {
  return new Date(date * minutesADay * 60_000).toISOString().slice(0, 10);
}

/** The figures that a text shows, as a member reads them; 0 where it shows none. */
function figuresIn(text: string): { inARow: number; longest: number; total: number } {
  const read = (figure: RegExp) => Number(figure.exec(text)?.[1] ?? 0);
  return {
    inARow: read(/(?<!Longest run: )\b(\d+) check-ins? in a row/),
    longest: read(/Longest run: (\d+) check-ins? in a row/),
    total: text.includes('That is your first one')
      ? 1
      : read(/(\d+)(?= check-ins? in all| of your check-ins still count)/),
  };
}
