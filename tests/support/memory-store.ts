import { randomUUID } from 'node:crypto';
import type { CheckIn, Details } from '../../src/core/checkins/checkin.ts';
import type { StreakCheckpoint } from '../../src/core/checkins/streak.ts';
import type { ToldKind } from '../../src/core/consent/store.ts';
import type { DraftKind } from '../../src/core/conversation/forms/drafts.ts';
import type { Rooms, Store, StoreWrites } from '../../src/core/conversation/store.ts';
import type { CopingSession } from '../../src/core/coping/store.ts';
import type { SharedPlace } from '../../src/core/language/request.ts';
import type { Meeting, MeetingRef } from '../../src/core/meetings/meeting.ts';
import type {
  Account,
  Community,
  CommunityDefaults,
  Member,
  Told as NowTold,
  Pause,
  PrivateChat,
  ZonePeriod,
} from '../../src/core/members/member.ts';
import { periodsMax } from '../../src/core/members/zone-periods.ts';
import { noRules } from '../../src/core/outbox/contact-store.ts';
import type { AccountId, AccountRef, CommunityId, MemberId } from '../../src/core/values/ids.ts';
import { type Day, midnight, Temporal } from '../../src/core/values/time.ts';
import { storesBy } from '../../src/storage/rooms.ts';
import { nothing, roomData } from './memory-room-data.ts';

/** Rows and lists are replaced, never changed in place: so a copy of the maps is a copy of everything. */
export interface Tables {
  readonly accounts: Map<
    string,
    { id: AccountId; member: MemberId; community: CommunityId | null; told: NowTold; chat: PrivateChat }
  >;
  readonly members: Map<MemberId, Member>;
  readonly zonePeriods: Map<MemberId, readonly ZonePeriod[]>;
  readonly pauses: Map<MemberId, readonly Pause[]>;
  readonly checkIns: Map<MemberId, readonly CheckIn[]>;
  readonly folded: Map<MemberId, StreakCheckpoint>;
  readonly sessions: Map<MemberId, readonly CopingSession[]>;
  readonly communities: Map<string, { ref: AccountRef; community: Community; leftAt: Temporal.Instant | null }>;
  readonly drafts: Map<string, { payload: string; expiresAt: Temporal.Instant }>;
  readonly handled: Map<string, { answer: string; account: AccountId; at: Temporal.Instant }>;
  readonly kept: Map<string, { ref: AccountRef; text: string }>;
  readonly told: Map<string, Told>;
  readonly feeds: Map<string, { program: string; currentImport: string; importedAt: Temporal.Instant }>;
  readonly meetings: Map<string, Meeting & { feed: string; ref: MeetingRef }>;
}

interface Told {
  readonly member: MemberId;
  readonly community: CommunityId;
  readonly kind: ToldKind;
  readonly agrees: boolean;
  readonly at: Temporal.Instant;
}

/** A store as good as SQLite's while the process lives, and many times as fast. */
export function memoryStore(): Store {
  let kept: Tables = copyOf(null);
  let last: Promise<unknown> = Promise.resolve();

  function transaction<T>(work: (tx: StoreWrites, tables: Tables) => Promise<T>): Promise<T> {
    const mine = last.then(async () => {
      const tables = copyOf(kept);
      let open = true;
      const tx = roomsOver(() => {
        if (!open) throw new Error('The transaction is over');
        return tables;
      });
      try {
        const result = await work(tx, tables);
        kept = tables;
        return result;
      } finally {
        open = false;
      }
    });
    last = mine.catch(() => {});
    return mine;
  }

  return {
    ...roomsOver(() => kept),
    transaction,
    onDelivery: () => {},
  };
}

/** A room that has no store here is kept by the databases alone. */
function roomsOver(tables: () => Tables): StoreWrites {
  const data = roomData(tables);
  const stores: Partial<StoreWrites> = {
    members: { ...members(tables), ...data.members },
    communities: { ...communities(tables), ...data.communities },
    consents: { ...consents(tables), ...data.consents },
    checkIns: { ...checkIns(tables), ...data.checkIns },
    coping: { ...coping(tables), ...data.coping },
    meetings: { ...meetings(tables), ...data.meetings },
    drafts: { ...drafts(tables), ...data.drafts },
    idempotency: { ...handled(tables), ...data.idempotency },
    adapterStates: { ...kept(tables), ...data.adapterStates },
    contacts: { ...nothing, of: async () => noRules, change: async () => {} },
    jobs: { ...nothing, all: async () => [], claim: async () => true, ended: async () => {} },
  };
  return { ...nobodys, ...stores };
}

/** The stores that there are, each with nothing kept in it. */
const nobodys = storesBy(() => nothing as never);

/** The accounts, for the rooms that find and make them. */
function accountsOver(tables: () => Tables) {
  const find = (account: AccountRef): Account | null => {
    const row = tables().accounts.get(keyOf(account));
    if (row === undefined) return null;
    const last = [...tables().communities.values()].find(({ community }) => community.id === row.community);
    const { id, told, chat } = row;
    return { id, member: the(tables().members, row.member), community: defaultsOf(last?.community), told, chat };
  };
  const make = (account: AccountRef, community: CommunityId | null, told: NowTold): Account => {
    const { accounts, members } = tables();
    const member: Member = {
      id: randomUUID() as string as MemberId,
      zone: null,
      dayEndsAt: midnight,
      country: null,
      ownWords: null,
      plainMessages: false,
      keepsDetails: null,
      keepsRatings: null,
      bestInARow: 0,
    };
    const id = randomUUID() as string as AccountId;
    members.set(member.id, member);
    accounts.set(keyOf(account), { id, member: member.id, community, told, chat: 'open' });
    return { id, member, community: null, told, chat: 'open' };
  };
  const note = (id: AccountId, changed: object): void => {
    const { accounts } = tables();
    for (const [key, row] of accounts) if (row.id === id) accounts.set(key, { ...row, ...changed });
  };
  return { find, make, note };
}

function members(tables: () => Tables): Rooms['members']['write'] {
  const { find, make, note } = accountsOver(tables);
  const setPauses = (member: MemberId, change: (pauses: readonly Pause[]) => readonly Pause[]) => {
    const { pauses, folded } = tables();
    folded.delete(member);
    pauses.set(
      member,
      inOrder(change(pauses.get(member) ?? []), ({ from }) => from),
    );
  };
  return {
    find: async (account) => find(account),
    async whoAsks(account, community) {
      const here = community === null ? undefined : tables().communities.get(keyOf(community));
      return { account: find(account), community: here?.community ?? null };
    },
    ensure: async (account, _now) => find(account) ?? make(account, null, { locale: null, zone: null }),
    async noteChat(ref, chat) {
      const account = find(ref);
      if (account !== null) note(account.id, { chat });
    },
    noteCommunity: async (id, community) => note(id, { community }),
    async change(id, settings) {
      const { members } = tables();
      members.set(id, { ...the(members, id), ...given(settings) });
    },
    async raiseBest(id, inARow) {
      const { members } = tables();
      const member = members.get(id);
      if (member !== undefined && member.bestInARow < inARow) members.set(id, { ...member, bestInARow: inARow });
    },
    async addZonePeriod(member, { since, zone, dayEndsAt }) {
      const { members, zonePeriods } = tables();
      the(members, member);
      const added = { since: toMilliseconds(since), zone, dayEndsAt };
      const others = (zonePeriods.get(member) ?? []).filter((period) => !period.since.equals(added.since));
      zonePeriods.set(
        member,
        inOrder([...others, added], (period) => period.since.epochMilliseconds),
      );
    },
    async removeZonePeriod(member, since) {
      const { zonePeriods } = tables();
      const periods = zonePeriods.get(member) ?? [];
      zonePeriods.set(
        member,
        periods.filter((period) => !period.since.equals(toMilliseconds(since))),
      );
    },
    async removeZonePeriodsBefore(member, since, limit) {
      const { zonePeriods } = tables();
      const periods = zonePeriods.get(member) ?? [];
      const before = periods.filter((period) => isAfter(since, period.since));
      zonePeriods.set(member, periods.slice(Math.min(before.length, limit)));
    },
    pauses: async (member) => tables().pauses.get(member) ?? [],
    async addPause(member, from, until) {
      the(tables().members, member);
      setPauses(member, (pauses) => [...pauses, { id: randomUUID(), from, until }]);
    },
    async changePause(member, { id, from, until }) {
      setPauses(member, (pauses) => pauses.map((pause) => (pause.id === id ? { id, from, until } : pause)));
    },
    async removePause(member, id) {
      setPauses(member, (pauses) => pauses.filter((pause) => pause.id !== id));
    },
  };
}

function communities(tables: () => Tables): Rooms['communities']['write'] {
  const rowOf = (ref: AccountRef) => tables().communities.get(keyOf(ref));
  const unset = { zone: null, country: null, locale: null, moderators: null, checkInPlace: null, alertPlace: null };
  const newRow = (ref: AccountRef) => {
    const id = randomUUID() as string as CommunityId;
    return { ref, community: { id, ...unset }, leftAt: null };
  };
  return {
    find: async (ref) => rowOf(ref)?.community ?? null,
    async present(platform) {
      const here = [...tables().communities.values()].filter(({ leftAt }) => leftAt === null);
      return here.flatMap(({ ref }) => (ref.platform === platform ? [ref.key] : []));
    },
    async change(ref, settings, _now) {
      const before = rowOf(ref) ?? newRow(ref);
      const community = { ...before.community, ...given(settings) };
      tables().communities.set(keyOf(ref), { ...before, community });
      return community;
    },
    async arrive(ref, locale, _now) {
      const before = rowOf(ref);
      const { community, ...row } = before ?? newRow(ref);
      const speaks = { ...community, locale: locale ?? community.locale };
      tables().communities.set(keyOf(ref), { ...row, community: speaks, leftAt: null });
      return before === undefined ? community.id : null;
    },
    async leave(ref, now) {
      const before = rowOf(ref);
      if (before?.leftAt === null) tables().communities.set(keyOf(ref), { ...before, leftAt: toMilliseconds(now) });
    },
    async leftBefore(instant, limit) {
      const left = [...tables().communities.values()].filter(
        ({ leftAt }) => leftAt !== null && isAfter(instant, leftAt),
      );
      return left.slice(0, limit).map(({ community }) => community.id);
    },
    async lastOf(account) {
      const row = tables().accounts.get(keyOf(account));
      const last = [...tables().communities.values()].find(({ community }) => community.id === row?.community);
      return last?.ref.key ?? null;
    },
    async move(ref, to) {
      const before = rowOf(ref);
      if (before === undefined) return;
      const named = { ...ref, key: to };
      tables().communities.delete(keyOf(ref));
      const { checkInPlace, alertPlace } = before.community;
      const follow = (place: SharedPlace | null) => (place?.channel === ref.key ? { ...place, channel: to } : place);
      const community = { ...before.community, checkInPlace: follow(checkInPlace), alertPlace: follow(alertPlace) };
      tables().communities.set(keyOf(named), { community, ref: named, leftAt: null });
    },
  };
}

function defaultsOf(community: Community | undefined): CommunityDefaults | null {
  return community === undefined ? null : { id: community.id, zone: community.zone, country: community.country };
}

function checkIns(tables: () => Tables): Rooms['checkIns']['write'] {
  const of = (member: MemberId): readonly CheckIn[] => tables().checkIns.get(member) ?? [];
  return {
    async history(member, whole) {
      const folded = whole === 'whole' ? null : (tables().folded.get(member) ?? null);
      const after = of(member).filter(({ day }) => folded === null || day > folded.through);
      return {
        folded,
        days: after.map(({ day }) => day),
        checkIn: (day) => after.find((checkIn) => checkIn.day === day) ?? null,
        pauses: tables().pauses.get(member) ?? [],
        periods: (tables().zonePeriods.get(member) ?? []).slice(-periodsMax),
      };
    },
    async keepStreak(id, best, streak) {
      const { members, folded } = tables();
      const member = members.get(id);
      if (member === undefined) return;
      members.set(id, { ...member, bestInARow: Math.max(member.bestInARow, best) });
      if (streak === null) folded.delete(id);
      else folded.set(id, streak);
    },
    find: async (member, day) => of(member).find((checkIn) => checkIn.day === day) ?? null,
    since: async (member, from) => of(member).filter(({ day }) => day >= from),
    async put(member, { day, checkedInAt, late, details }) {
      the(tables().members, member);
      const said: Details = given(details);
      const others = of(member).filter((checkIn) => checkIn.day !== day);
      const added = { day, checkedInAt: toMilliseconds(checkedInAt), late, details: said };
      tables().checkIns.set(
        member,
        inOrder([...others, added], (checkIn): Day => checkIn.day),
      );
    },
  };
}

function consents(tables: () => Tables): Rooms['consents']['write'] {
  const toldKey = (member: MemberId, community: CommunityId, kind: ToldKind) =>
    JSON.stringify([member, community, kind]);
  return {
    inCommunity: async (member, community, kind) => tables().told.get(toldKey(member, community, kind))?.agrees ?? null,
    async answer(id, kind, agrees) {
      const { members } = tables();
      const member = the(members, id);
      members.set(id, { ...member, [kind === 'ratings' ? 'keepsRatings' : 'keepsDetails']: agrees });
    },
    async answerInCommunity(member, community, kind, agrees, at) {
      the(tables().members, member);
      tables().told.set(toldKey(member, community, kind), { member, community, kind, agrees, at: toMilliseconds(at) });
    },
  };
}

function coping(tables: () => Tables): Rooms['coping']['write'] {
  return {
    async rated(member, strategyId) {
      const rated = (tables().sessions.get(member) ?? []).filter(
        (session) => session.strategyId === strategyId && session.before !== null && session.after !== null,
      );
      return inOrder(rated, ({ endedAt }) => -endedAt.epochMilliseconds);
    },
    async put(member, session) {
      the(tables().members, member);
      const others = (tables().sessions.get(member) ?? []).filter(({ id }) => id !== session.id);
      tables().sessions.set(member, [...others, { ...session, endedAt: toMilliseconds(session.endedAt) }]);
    },
  };
}

function meetings(tables: () => Tables): Rooms['meetings']['write'] {
  return {
    async feeds() {
      const shown = [...tables().feeds].filter(([, { currentImport }]) => currentImport !== '');
      const infos = shown.map(([name, { program, currentImport, importedAt }]) => ({
        name,
        program,
        importId: currentImport,
        importedAt,
      }));
      return inOrder(infos, ({ name }) => name);
    },
    async times() {
      const current = new Set([...tables().feeds.values()].map(({ currentImport }) => currentImport));
      const shown = [...tables().meetings.values()].filter(({ ref }) => current.has(ref.importId));
      return shown.map(({ ref, weekday, startMinute, durationMinutes, zone }) => ({
        ref,
        weekday,
        startMinute,
        durationMinutes,
        zone,
      }));
    },
    get: async (refs) => refs.flatMap((ref) => tables().meetings.get(meetingKey(ref)) ?? []),
    async addBatch({ name, program }, importId, batch, now) {
      const { feeds, meetings } = tables();
      const before = feeds.get(name) ?? { currentImport: '', importedAt: toMilliseconds(now) };
      feeds.set(name, { ...before, program });
      for (const meeting of batch) {
        const { slug, weekday, startMinute } = meeting;
        const ref = { importId, slug, weekday, startMinute };
        if (meetings.has(meetingKey(ref))) throw new Error('The meeting is there already');
        meetings.set(meetingKey(ref), { ...meeting, feed: name, ref });
      }
    },
    async switchTo(name, importId, now) {
      const { feeds } = tables();
      feeds.set(name, { ...the(feeds, name), currentImport: importId, importedAt: toMilliseconds(now) });
    },
    async removeOld(feedName, importId, limit) {
      const { meetings } = tables();
      const old = [...meetings].filter(([, { feed, ref }]) => feed === feedName && ref.importId !== importId);
      const removed = old.slice(0, limit);
      for (const [key] of removed) meetings.delete(key);
      return removed.length;
    },
  };
}

function drafts(tables: () => Tables): Rooms['drafts']['write'] {
  const draftKey = ({ platform, key }: AccountRef, kind: DraftKind) => JSON.stringify([platform, key, kind]);
  return {
    async find(account, kind, now) {
      const draft = tables().drafts.get(draftKey(account, kind));
      return draft !== undefined && isAfter(draft.expiresAt, now) ? draft.payload : null;
    },
    async put(account, kind, payload, expiresAt) {
      the(tables().accounts, keyOf(account));
      tables().drafts.set(draftKey(account, kind), { payload, expiresAt: toMilliseconds(expiresAt) });
    },
    async remove(account, kind) {
      tables().drafts.delete(draftKey(account, kind));
    },
  };
}

function handled(tables: () => Tables): Rooms['idempotency']['write'] {
  const { find, make, note } = accountsOver(tables);
  const requestKey = (account: AccountId, requestId: string) => `${account} ${requestId}`;
  return {
    async answer(ref, requestId) {
      const account = tables().accounts.get(keyOf(ref));
      return account === undefined ? null : (tables().handled.get(requestKey(account.id, requestId))?.answer ?? null);
    },
    async begin({ id: requestId, account: ref, community, told }, _now) {
      const account = find(ref) ?? make(ref, community, told);
      const answer = tables().handled.get(requestKey(account.id, requestId))?.answer ?? null;
      if (answer === null && community !== null) note(account.id, { community });
      const { locale, zone } = account.told;
      if (answer === null) note(account.id, { told: { locale: told.locale ?? locale, zone: told.zone ?? zone } });
      return { account, answer };
    },
    async remember({ id: account }, requestId, answer, at) {
      const key = requestKey(account, requestId);
      if (tables().handled.has(key)) throw new Error('The request is remembered already');
      tables().handled.set(key, { answer, account, at: toMilliseconds(at) });
      const others = [...tables().handled].filter(([, row]) => row.account === account);
      for (const [oldKey] of inOrder(others, ([, row]) => -row.at.epochMilliseconds).slice(500)) {
        tables().handled.delete(oldKey);
      }
    },
    async forget(account) {
      for (const [key, row] of tables().handled) if (row.account === account) tables().handled.delete(key);
    },
  };
}

function kept(tables: () => Tables): Rooms['adapterStates']['write'] {
  return {
    async all(platform) {
      const rows = [...tables().kept.values()].filter(({ ref }) => ref.platform === platform);
      return rows.map(({ ref: { key }, text }) => ({ key, text }));
    },
    async put(ref, text, _now) {
      tables().kept.set(keyOf(ref), { ref, text });
    },
    async remove(ref) {
      tables().kept.delete(keyOf(ref));
    },
  };
}

function copyOf(tables: Tables | null): Tables {
  return {
    accounts: new Map(tables?.accounts),
    members: new Map(tables?.members),
    zonePeriods: new Map(tables?.zonePeriods),
    pauses: new Map(tables?.pauses),
    checkIns: new Map(tables?.checkIns),
    folded: new Map(tables?.folded),
    sessions: new Map(tables?.sessions),
    communities: new Map(tables?.communities),
    drafts: new Map(tables?.drafts),
    handled: new Map(tables?.handled),
    kept: new Map(tables?.kept),
    told: new Map(tables?.told),
    feeds: new Map(tables?.feeds),
    meetings: new Map(tables?.meetings),
  };
}

function keyOf({ platform, key }: AccountRef): string {
  return JSON.stringify([platform, key]);
}

function meetingKey({ importId, slug, weekday, startMinute }: MeetingRef): string {
  return JSON.stringify([importId, slug, weekday, startMinute]);
}

/** The row that must be there, as a foreign key would have it. */
function the<K, V>(table: Map<K, V>, key: K): V {
  const row = table.get(key);
  if (row === undefined) throw new Error('No such row');
  return row;
}

/** As in a table: what is undefined was not given. */
function given<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}

function inOrder<T>(items: readonly T[], by: (item: T) => string | number): readonly T[] {
  return items.toSorted((a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0));
}

/** A table keeps milliseconds, and nothing finer. */
function toMilliseconds(instant: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(instant.epochMilliseconds);
}

function isAfter(a: Temporal.Instant, b: Temporal.Instant): boolean {
  return a.epochMilliseconds > b.epochMilliseconds;
}
