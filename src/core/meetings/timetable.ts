import { setImmediate as nextTurn } from 'node:timers/promises';
import { Temporal, type ZoneId } from '../values/time.ts';
import type { Meeting, MeetingRef } from './meeting.ts';
import { indexMeetings, laterOnDay, type MeetingIndex, weekMinute } from './meeting-index.ts';
import { meetingsSoon, type Occurrence } from './soon.ts';
import type { FeedInfo, MeetingsRead } from './store.ts';

/** How many a member is shown of each. */
const counts = { onNow: 3, next: 5 };
const laterTodayCount = 5;
const minuteMs = 60_000;

/** A meeting with the time of its gathering that is on now or next. */
export interface Listed {
  readonly meeting: Meeting;
  readonly occurrence: Occurrence;
}

export interface MeetingsNow {
  readonly feeds: readonly FeedInfo[];
  /** All that are known, whenever they are. */
  readonly count: number;
  /** What begins in this very minute is on now. */
  readonly onNow: readonly Listed[];
  readonly next: readonly Listed[];
  /** Later today by the wall clock of `zone`, of those whose own zone nobody gave. */
  readonly zoneUnknown: readonly Meeting[];
  readonly zoneUnknownCount: number;
}

export interface Timetable {
  /**
   * What a member in `zone` is shown at an instant.
   * @throws HandrailError('storage-unavailable')
   */
  at(now: Temporal.Instant, zone: ZoneId): Promise<MeetingsNow>;
}

/** The times of one set of imports. */
interface Read {
  readonly imports: string;
  readonly index: MeetingIndex;
  readonly answers: Answers;
}

/**
 * Keeps the times of all meetings in memory, and reads them anew where other imports are shown than before. One a process,
 * because every platform shows the same.
 */
export function openTimetable(meetings: MeetingsRead): Timetable {
  let read: Read | null = null;
  let reading: Promise<void> | null = null;
  let lastTurn: Promise<void> = Promise.resolve();

  async function readAll(imports: string, now: Temporal.Instant): Promise<void> {
    const index = await indexMeetings(await meetings.times(), now);
    read = { imports, index, answers: new Answers(meetings, index) };
  }

  /** Requests that come meanwhile wait for the same reading. One that fails is not remembered. */
  function readOnce(imports: string, now: Temporal.Instant): Promise<void> {
    reading ??= readAll(imports, now).finally(() => {
      reading = null;
    });
    return reading;
  }

  /**
   * One request after the other, each in a turn of the event loop of its own, because SQLite answers without a turn:
   * members who ask at once would hold the loop for as long as all of their answers take.
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
        // Asks again which imports are shown, because another may have been switched to while these were read.
        await readOnce(imports, now);
      }
    },
  };
}

type Soon = Pick<MeetingsNow, 'onNow' | 'next'>;

/** The answers of the last minute that was asked about: whoever asks in the same minute shares them. */
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

  /** As of the last millisecond of the minute, when what begins in it has begun. */
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
    // What comes next, another query or the words of the answer, takes a turn of its own.
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
