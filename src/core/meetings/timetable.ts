import { setImmediate as nextTurn } from 'node:timers/promises';
import { Temporal, type ZoneId } from '../values/time.ts';
import type { Meeting, MeetingRef } from './meeting.ts';
import { indexMeetings, laterOnDay, type MeetingIndex, weekMinute } from './meeting-index.ts';
import { meetingsSoon, type Occurrence } from './soon.ts';
import type { FeedInfo, MeetingsRead } from './store.ts';

/** How many meetings a member is shown of each kind. */
const counts = { onNow: 3, next: 5 };
const laterTodayCount = 5;
const minuteMs = 60_000;

/** A meeting with its current or next occurrence. */
export interface Listed {
  readonly meeting: Meeting;
  readonly occurrence: Occurrence;
}

export interface MeetingsNow {
  readonly feeds: readonly FeedInfo[];
  /** The number of all known meetings. */
  readonly count: number;
  /** Includes what begins in this minute. */
  readonly onNow: readonly Listed[];
  readonly next: readonly Listed[];
  /** Meetings without a zone that are later today by the wall clock of `zone`. */
  readonly zoneUnknown: readonly Meeting[];
  readonly zoneUnknownCount: number;
}

export interface Timetable {
  /**
   * Returns what a member in `zone` is shown at an instant.
   * @throws HandrailError('storage-unavailable')
   */
  at(now: Temporal.Instant, zone: ZoneId): Promise<MeetingsNow>;
}

/** The index of one set of imports. */
interface Read {
  readonly imports: string;
  readonly index: MeetingIndex;
  readonly answers: Answers;
}

/**
 * Caches the times of all meetings, and reads them again when other imports are shown. One per process, because every
 * platform shows the same.
 */
export function openTimetable(meetings: MeetingsRead): Timetable {
  let read: Read | null = null;
  let reading: Promise<void> | null = null;
  let lastTurn: Promise<void> = Promise.resolve();

  async function readAll(imports: string, now: Temporal.Instant): Promise<void> {
    const index = await indexMeetings(await meetings.times(), now);
    read = { imports, index, answers: new Answers(meetings, index) };
  }

  /** Concurrent requests share one read. A failed read is not cached. */
  function readOnce(imports: string, now: Temporal.Instant): Promise<void> {
    reading ??= readAll(imports, now).finally(() => {
      reading = null;
    });
    return reading;
  }

  /**
   * Runs requests one after the other, each in its own turn of the event loop, because SQLite answers without yielding:
   * simultaneous requests would hold the loop for as long as all their answers take.
   */
  function turn(): Promise<void> {
    lastTurn = lastTurn.then(() => nextTurn());
    return lastTurn;
  }

  return {
    async at(now, zone) {
      for (;;) {
        await turn();
        const feeds = await meetings.feeds();
        const imports = JSON.stringify(feeds.map(({ importId }) => importId));
        if (read?.imports === imports) {
          const { index, answers } = read;
          return { feeds, count: index.size, ...(await answers.at(now, zone)) };
        }
        // The loop checks the imports again, because another one may have been switched to during the read.
        await readOnce(imports, now);
      }
    },
  };
}

type Soon = Pick<MeetingsNow, 'onNow' | 'next'>;

/** Cache of the answers for the current minute, shared by all requests in it. */
class Answers {
  readonly #meetings: MeetingsRead;
  readonly #index: MeetingIndex;
  #minute: number | null = null;
  #soon: Promise<Soon> | null = null;
  readonly #laterToday = new Map<number, Promise<readonly Meeting[]>>();

  constructor(meetings: MeetingsRead, index: MeetingIndex) {
    this.#meetings = meetings;
    this.#index = index;
  }

  async at(now: Temporal.Instant, zone: ZoneId): Promise<Omit<MeetingsNow, 'feeds' | 'count'>> {
    const minute = Math.floor(now.epochMilliseconds / minuteMs);
    if (minute !== this.#minute) this.#forget();
    this.#minute = minute;
    try {
      this.#soon ??= this.#soonIn(minute);
      const soon = await this.#soon;
      const zoneUnknown = await this.#laterTodayIn(zone, now);
      return { ...soon, zoneUnknown, zoneUnknownCount: this.#index.zoneUnknown.times.length };
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  #forget(): void {
    this.#soon = null;
    this.#laterToday.clear();
  }

  /** Computes as of the minute's last millisecond, when every meeting of this minute has begun. */
  async #soonIn(minute: number): Promise<Soon> {
    const end = Temporal.Instant.fromEpochMilliseconds((minute + 1) * minuteMs - 1);
    const { onNow, next } = meetingsSoon(this.#index, end, counts);
    const found = await this.#get([...onNow, ...next].map(({ ref }) => ref));
    const listed = (occurrence: Occurrence): Listed[] => {
      const meeting = found.get(key(occurrence.ref));
      return meeting === undefined ? [] : [{ meeting, occurrence }];
    };
    return { onNow: onNow.flatMap(listed), next: next.flatMap(listed) };
  }

  #laterTodayIn(zone: ZoneId, now: Temporal.Instant): Promise<readonly Meeting[]> {
    const local = now.toZonedDateTimeISO(zone).toPlainDateTime();
    const minute = weekMinute({ weekday: local.dayOfWeek, startMinute: local.hour * 60 + local.minute });
    const known = this.#laterToday.get(minute);
    if (known !== undefined) return known;
    const refs = laterOnDay(this.#index.zoneUnknown, minute, laterTodayCount).map(({ ref }) => ref);
    const reading = this.#get(refs).then((found) => refs.flatMap((ref) => found.get(key(ref)) ?? []));
    this.#laterToday.set(minute, reading);
    return reading;
  }

  async #get(refs: readonly MeetingRef[]): Promise<ReadonlyMap<string, Meeting>> {
    if (refs.length === 0) return new Map();
    const found = await this.#meetings.get(refs);
    // Yields, because the next query or rendering needs its own turn of the event loop.
    await nextTurn();
    return new Map(found.map((meeting) => [key(meeting.ref), meeting]));
  }
}

function key({ importId, slug, weekday, startMinute }: MeetingRef): string {
  return [importId, slug, weekday, startMinute].join(' ');
}

declare module '../conversation/context.ts' {
  interface Deps {
    readonly timetable: Timetable;
  }
}
