import type { Store, StoreWrites } from '../../../src/core/conversation/store.ts';
import type { Meeting } from '../../../src/core/meetings/meeting.ts';
import type { Account, Member } from '../../../src/core/members/member.ts';
import type { AccountRef } from '../../../src/core/values/ids.ts';
import { type ClockTime, type Day, Temporal, type ZoneId } from '../../../src/core/values/time.ts';

/** The storage under test, with what its promises are asked by. */
export interface StorageUnderTest {
  readonly store: Store;
  write<T>(work: (tx: StoreWrites) => Promise<T>): Promise<T>;
  join(ref: AccountRef): Promise<Account>;
  memberOf(ref: AccountRef): Promise<Member | undefined>;
}

export const newYork = 'America/New_York' as ZoneId;
export const kolkata = 'Asia/Kolkata' as ZoneId;
export const six = '06:00' as ClockTime;
export const midnight = '00:00' as ClockTime;
export const now = at('2026-03-08T06:59:30.123Z');

let names = 0;
export function newName(kind: string): string {
  names += 1;
  return `${kind}-${names}`;
}

export function newAccount(): AccountRef {
  return { platform: 'memory', key: newName('someone') };
}

export function meeting(slug: string, about: Partial<Meeting> = {}): Meeting {
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

export function at(instant: string): Temporal.Instant {
  return Temporal.Instant.from(instant);
}

export function day(date: string): Day {
  return date as Day;
}

/** With instants as text, since two Temporal instants look alike to `toEqual` whatever they hold. */
export function same(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}

export async function remember(
  tx: StoreWrites,
  ref: AccountRef,
  requestId: string,
  answer: string,
  when = now,
): Promise<void> {
  await tx.idempotency.remember(await tx.members.ensure(ref, now), requestId, answer, when);
}
