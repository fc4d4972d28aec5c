import { join } from 'node:path';
import { readContent } from '../../src/content.ts';
import type { Content } from '../../src/core/conversation/context.ts';
import type { Store } from '../../src/core/conversation/store.ts';
import { noLimits, type Traffic } from '../../src/core/conversation/traffic.ts';
import { hostOf } from '../../src/core/host.ts';
import type { Answer } from '../../src/core/language/answer.ts';
import { toPlainText } from '../../src/core/language/plain-text.ts';
import type { Place, Request, RequestBody } from '../../src/core/language/request.ts';
import { buttonsOf, type View } from '../../src/core/language/view.ts';
import { openTimetable } from '../../src/core/meetings/timetable.ts';
import { noMetrics } from '../../src/core/platform/metrics.ts';
import type { Host, PlatformKind, Rights } from '../../src/core/platform/platform.ts';
import type { Log } from '../../src/core/values/log.ts';
import { Temporal, type ZoneId } from '../../src/core/values/time.ts';
import type { Storage } from '../../src/storage/open.ts';
import { type MemoryPlatform, memoryPlatform, unpaced } from './memory-platform.ts';
import { openSqliteStorage, quietLog, scratchFolder } from './storage.ts';

export const content = readContent();

export interface World {
  readonly store: Store;
  readonly kind: PlatformKind;
  readonly host: Host;
  readonly platform: MemoryPlatform;
  /** Wall-clock time in a zone, from now on: `world.itIs('2026-03-08T09:00', 'America/New_York')`. */
  itIs(local: string, zone: string): void;
  now(): Temporal.Instant;
  person(name: string, about?: PersonOptions): Person;
  close(): Promise<void>;
}

interface PersonOptions {
  /** The zone that the platform tells of them. */
  readonly zone?: string;
  readonly community?: string | null;
  readonly moderator?: boolean;
  /** The roles or user groups that the platform says they are in. */
  readonly groups?: readonly string[];
}

/** Someone on the memory platform, who says things and presses what they are shown. */
export interface Person {
  /** A line, as on a terminal: a command with its options, or words. */
  says(line: string): Promise<Seen>;
  /** Presses the button of the last answer whose label holds these words. */
  presses(words: string): Promise<Seen>;
  /** Anything at all, with a request id of its own unless one is given. */
  asks(asked: RequestBody, requestId?: string): Promise<Seen>;
  request(requestId?: string): Request;
}

export interface Seen {
  readonly answer: Answer;
  readonly view: View;
  /** Every word that is shown. */
  readonly text: string;
  readonly buttons: readonly string[];
}

export interface WorldOptions {
  /** A store to live on; a fresh SQLite database by default. */
  readonly store?: Store;
  readonly fieldsPerForm?: number;
  readonly canCheckModeratorInDm?: boolean;
  readonly hasModeratorGroups?: boolean;
  readonly log?: Log;
  /** How much may be asked; as much as the test likes by default. */
  readonly traffic?: Traffic;
  /** Where the bot may post; in the channel of each community by default. */
  readonly mayPost?: Rights['mayPost'];
  /** What the platform is called. */
  readonly name?: string;
  /** What the bot knows; all of content/ by default. */
  readonly content?: Content;
}

/** The whole core, on real storage, with a clock that the test sets. */
export async function openWorld({
  store: given,
  fieldsPerForm = 0,
  canCheckModeratorInDm = false,
  hasModeratorGroups = true,
  log = quietLog,
  traffic = noLimits,
  mayPost,
  content: knows = content,
  name: platformName = 'memory',
}: WorldOptions = {}): Promise<World> {
  const own = given === undefined ? await openOwn(log) : null;
  const store = given ?? own?.store;
  if (store === undefined) throw new Error('No store');
  let now = Temporal.Instant.from('2026-03-01T12:00Z');
  const clock = { now: () => now };
  const limits = { ...unpaced, fieldsPerForm, hasModeratorGroups, canCheckModeratorInDm };
  const kind = { ...memoryPlatform(limits, mayPost), name: platformName };
  const timetable = openTimetable(store.meetings);
  const host = hostOf(kind, { store, content: knows, timetable, clock, log, traffic, metrics: noMetrics });
  const platform = await kind.open(host);
  let requests = 0;

  return {
    store,
    kind,
    host,
    platform,
    now: () => now,
    itIs(local, zone) {
      now = Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant();
    },
    person(name, { zone, community = null, moderator = false, groups = [] }: PersonOptions = {}) {
      let last: View = { blocks: [] };
      const place: Place = community === null ? { kind: 'private' } : { kind: 'channel', channel: 'general' };
      const request = (id = `request-${++requests}`): Request => ({
        id,
        caller: {
          platform: platformName,
          account: name,
          community,
          locale: 'en',
          communityLocale: null,
          zone: (zone ?? null) as ZoneId | null,
          claims: [...(moderator ? ['moderator'] : []), ...groups.map((group) => `group:${group}`)],
        },
        place,
        at: now,
      });
      const asks = async (asked: RequestBody, id?: string): Promise<Seen> => {
        const answer = await platform.inbox.read(asked, { opensForms: true }).answer(request(id));
        const view = answer.kind === 'open' || answer.kind === 'nothing' ? { blocks: [] } : answer.view;
        last = view;
        return { answer, view, text: toPlainText(view), buttons: buttonsOf(view).map(({ label }) => label) };
      };
      return {
        request,
        asks,
        says(line) {
          const command = /^\/(\S+)\s*(.*)$/s.exec(line);
          if (command === null) return asks({ kind: 'text', text: line });
          return asks({ kind: 'typed', name: command[1] ?? '', rest: command[2] ?? '' });
        },
        presses(words) {
          const button = buttonsOf(last).find(({ label }) => label.includes(words));
          if (button?.kind !== 'action') {
            throw new Error(
              `No button “${words}” among: ${buttonsOf(last)
                .map(({ label }) => label)
                .join(' | ')}`,
            );
          }
          return asks({ kind: 'action', token: button.token });
        },
      };
    },
    async close() {
      await platform.stop();
      await own?.close();
    },
  };
}

async function openOwn(log: Log): Promise<Pick<Storage, 'store' | 'close'>> {
  const folder = scratchFolder();
  const { store, close } = await openSqliteStorage(join(folder.path, 'handrail.db'), { log });
  return {
    store,
    async close() {
      await close();
      folder.remove();
    },
  };
}
