import { merge } from '../../src/core/checkins/rules.ts';
import { rememberRequestsHours } from '../../src/core/conversation/idempotency.ts';
import type { ExportedRows, RoomData } from '../../src/core/conversation/room-data.ts';
import type { Rooms } from '../../src/core/conversation/store.ts';
import type { MemberId } from '../../src/core/values/ids.ts';
import type { Tables } from './memory-store.ts';

export const nothing: RoomData = {
  exportOf: async function* () {},
  erase: async () => {},
  eraseCommunity: async () => {},
  join: async () => {},
  sweep: async () => 0,
};

/** What every room can do with all that it keeps, in memory. */
export function roomData(tables: () => Tables) {
  const accountsOf = (member: MemberId) => [...tables().accounts].filter(([, row]) => row.member === member);

  return {
    members: {
      ...nothing,
      async *exportOf(id) {
        const member = tables().members.get(id);
        if (member === undefined) return;
        const { id: _, ...settings } = member;
        yield { table: 'Member', rows: [settings] };
        const accounts = accountsOf(id).map(([ref]) => JSON.parse(ref) as [string, string]);
        yield { table: 'Account', rows: accounts.map(([platform, key]) => ({ platform, key })) };
        const periods = tables().zonePeriods.get(id) ?? [];
        yield* some('ZonePeriod', periods, ({ since, zone, dayEndsAt }) => ({
          since: since.toString(),
          zone,
          dayEndsAt,
        }));
        yield* some('Pause', tables().pauses.get(id) ?? [], ({ from, until }) => ({ fromDay: from, untilDay: until }));
      },
      async erase(id) {
        const { accounts, members, zonePeriods, pauses } = tables();
        for (const [key] of accountsOf(id)) accounts.delete(key);
        for (const table of [members, zonePeriods, pauses]) table.delete(id);
      },
      async join(from, into) {
        const { accounts, members, pauses, zonePeriods, folded } = tables();
        const [gone, stays] = [members.get(from), members.get(into)];
        if (gone === undefined || stays === undefined) throw new Error('No such row');
        for (const [key, row] of accountsOf(from)) accounts.set(key, { ...row, member: into });
        const all = [...(pauses.get(into) ?? []), ...(pauses.get(from) ?? [])];
        pauses.set(
          into,
          all.toSorted((a, b) => (a.from < b.from ? -1 : 1)),
        );
        members.set(into, {
          ...stays,
          zone: stays.zone ?? gone.zone,
          country: stays.country ?? gone.country,
          ownWords: stays.ownWords ?? gone.ownWords,
          plainMessages: stays.plainMessages || gone.plainMessages,
          keepsDetails: bothAgree(stays.keepsDetails, gone.keepsDetails),
          keepsRatings: bothAgree(stays.keepsRatings, gone.keepsRatings),
          bestInARow: Math.max(stays.bestInARow, gone.bestInARow),
        });
        folded.delete(into);
        for (const table of [members, zonePeriods, pauses]) table.delete(from);
      },
    },

    communities: {
      ...nothing,
      async eraseCommunity(id) {
        const { communities, accounts } = tables();
        for (const [key, { community }] of communities) if (community.id === id) communities.delete(key);
        for (const [key, row] of accounts) if (row.community === id) accounts.set(key, { ...row, community: null });
      },
    },

    consents: {
      ...nothing,
      async *exportOf(member) {
        const told = [...tables().told.values()].filter((row) => row.member === member);
        yield* some('CommunityConsent', told, ({ community, kind, agrees, at }) => ({
          communityId: community,
          kind,
          agrees,
          answeredAt: at.toString(),
        }));
      },
      async erase(member) {
        for (const [key, row] of tables().told) if (row.member === member) tables().told.delete(key);
      },
      async eraseCommunity(community) {
        for (const [key, row] of tables().told) if (row.community === community) tables().told.delete(key);
      },
      async join(from, into) {
        const { told } = tables();
        for (const [key, row] of told) {
          if (row.member !== from) continue;
          told.delete(key);
          const moved = JSON.stringify([into, row.community, row.kind]);
          const there = told.get(moved);
          if (there === undefined || (there.agrees && !row.agrees)) told.set(moved, { ...row, member: into });
        }
      },
    },

    checkIns: {
      ...nothing,
      async *exportOf(member) {
        const rows = tables().checkIns.get(member) ?? [];
        yield* some('CheckIn', rows, ({ day, checkedInAt, late, details }) => ({
          day,
          checkedInAt: checkedInAt.toString(),
          late,
          ...details,
        }));
      },
      async erase(member) {
        tables().checkIns.delete(member);
      },
      async join(from, into) {
        const { checkIns, folded } = tables();
        const days = new Map((checkIns.get(into) ?? []).map((row) => [row.day, row]));
        for (const row of checkIns.get(from) ?? []) {
          const there = days.get(row.day);
          const both = there === undefined ? [row] : [there, row];
          const [first = row, second = row] = both.toSorted(
            (a, b) => a.checkedInAt.epochMilliseconds - b.checkedInAt.epochMilliseconds,
          );
          const late = first.late && second.late;
          const details = there === undefined ? row.details : merge(first.details, second.details);
          days.set(row.day, { ...first, late, details });
        }
        checkIns.delete(from);
        checkIns.set(
          into,
          [...days.values()].toSorted((a, b) => (a.day < b.day ? -1 : 1)),
        );
        folded.delete(into);
      },
    },

    coping: {
      ...nothing,
      async *exportOf(member) {
        const rows = tables().sessions.get(member) ?? [];
        yield* some('CopingSession', rows, ({ strategyId, trigger, before, after, endedAt }) => ({
          strategyId,
          trigger,
          before,
          after,
          endedAt: endedAt.toString(),
        }));
      },
      async erase(member) {
        tables().sessions.delete(member);
      },
      async join(from, into) {
        const { sessions } = tables();
        const there = sessions.get(into) ?? [];
        const more = (sessions.get(from) ?? []).filter(({ id }) => !there.some((run) => run.id === id));
        sessions.set(into, [...there, ...more]);
        sessions.delete(from);
      },
    },

    drafts: {
      ...nothing,
      async *exportOf(member) {
        const its = accountsOf(member).map(([ref]) => ref.slice(0, -1));
        const rows = [...tables().drafts].filter(([key]) => its.some((ref) => key.startsWith(`${ref},`)));
        yield* some('Draft', rows, ([key, { payload, expiresAt }]) => ({
          kind: (JSON.parse(key) as string[])[2],
          payload: JSON.parse(payload) as unknown,
          expiresAt: expiresAt.toString(),
        }));
      },
      async erase(member) {
        const its = accountsOf(member).map(([ref]) => ref.slice(0, -1));
        for (const key of tables().drafts.keys()) {
          if (its.some((ref) => key.startsWith(`${ref},`))) tables().drafts.delete(key);
        }
      },
      async sweep(now, limit) {
        const expired = [...tables().drafts].filter(
          ([, row]) => row.expiresAt.epochMilliseconds <= now.epochMilliseconds,
        );
        for (const [key] of expired.slice(0, limit)) tables().drafts.delete(key);
        return Math.min(expired.length, limit);
      },
    },

    idempotency: {
      ...nothing,
      async *exportOf(member) {
        const its = accountsOf(member).map(([, { id }]) => id);
        const rows = [...tables().handled.values()].filter(({ account }) => its.includes(account));
        yield* some('HandledRequest', rows, ({ answer, at }) => ({
          answer: JSON.parse(answer) as unknown,
          handledAt: at.toString(),
        }));
      },
      async erase(member) {
        const its = accountsOf(member).map(([, { id }]) => id);
        for (const [key, { account }] of tables().handled) if (its.includes(account)) tables().handled.delete(key);
      },
      async sweep(now, limit) {
        const before = now.subtract({ hours: rememberRequestsHours }).epochMilliseconds;
        const old = [...tables().handled].filter(([, { at }]) => at.epochMilliseconds < before);
        for (const [key] of old.slice(0, limit)) tables().handled.delete(key);
        return Math.min(old.length, limit);
      },
    },

    meetings: nothing,
    adapterStates: nothing,
  } satisfies { readonly [R in keyof Rooms]?: RoomData };
}

function* some<R>(
  table: string,
  rows: readonly R[],
  plain: (row: R) => ExportedRows['rows'][number],
): Iterable<ExportedRows> {
  if (rows.length > 0) yield { table, rows: rows.map(plain) };
}

function bothAgree(one: boolean | null, other: boolean | null): boolean | null {
  return one === null || other === null ? (one ?? other) : one && other;
}
