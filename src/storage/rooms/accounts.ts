import { randomUUID } from 'node:crypto';
import { empty, sqltag } from '@prisma/client/runtime/client';
import type { Account, CommunityDefaults, Member, PrivateChat, Told } from '../../core/members/member.ts';
import type { WhoAsks } from '../../core/members/store.ts';
import type { AccountId, AccountRef, CommunityId, MemberId } from '../../core/values/ids.ts';
import type { ClockTime, Temporal, ZoneId } from '../../core/values/time.ts';
import type { KnownAccount, Session } from '../database.ts';
import type { Member as MemberRow } from '../generated/sqlite/client.ts';
import { toDate } from '../instants.ts';
import { confirmIdentity, sealIdentity } from '../sealing/identity.ts';
import type { Cell, Sealer } from '../sealing/sealer.ts';
import { toCommunityHere } from './communities.ts';

// Hand-written joins, because Prisma sends one statement for each relation on SQLite.

/** An account that was found, and the sealer for its member's data. */
export interface FoundAccount {
  readonly account: Account;
  readonly sealer: Sealer;
  /** The stored answer of the request, encrypted with `sealer`. null: the request is new, or none was asked for. */
  readonly answer: Uint8Array | null;
}

/** In a transaction, nobody else can change the member's data until it ends. */
export async function findAccount(
  session: Session,
  ref: AccountRef,
  requestLookup: string | null = null,
): Promise<FoundAccount | null> {
  const { db, sealers, locks } = session;
  // After waiting for a row lock, PostgreSQL reads the locked row again, but not the joined rows. A repeated request
  // that waited therefore finds no answer, fails on the unique constraint when it stores its own, and is retried.
  const [row] = await db.$queryRaw<AccountRow[]>(sqltag`
    SELECT ${columns}, handled."answer"
    FROM "Account" account
    JOIN "Member" member ON member."id" = account."memberId"
    LEFT JOIN "Community" last ON last."id" = account."communityId"
    LEFT JOIN "HandledRequest" handled ON handled."accountId" = account."id" AND handled."lookup" = ${requestLookup}
    WHERE account."lookup" = ${sealers.lookup('account', ref)}
    ${locks ? sqltag`FOR UPDATE OF member` : empty}`);
  return row === undefined ? null : toFound(session, row, ref);
}

/**
 * Returns the account's identifier and sealer, from the cache if this session has found it, because they never change.
 */
export async function knownAccount(session: Session, ref: AccountRef): Promise<KnownAccount | null> {
  const known = session.known.get(session.sealers.lookup('account', ref));
  if (known !== undefined) return known;
  const found = await findAccount(session, ref);
  return found === null ? null : { id: found.account.id, sealer: found.sealer };
}

export async function whoAsks(session: Session, ref: AccountRef, community: AccountRef | null): Promise<WhoAsks> {
  const { db, sealers } = session;
  const communityLookup = community === null ? null : sealers.lookup('community', community);
  const [row] = await db.$queryRaw<[WhoAsksRow]>(sqltag`
    SELECT ${columns}, NULL AS "answer", here."id" AS "hereId", here."wrappedKey" AS "hereWrappedKey",
      here."key" AS "hereKey", here."zone" AS "hereZone", here."country" AS "hereCountry", here."locale" AS "hereLocale",
      here."moderators"
    FROM (SELECT 1) AS one
    LEFT JOIN "Account" account ON account."lookup" = ${sealers.lookup('account', ref)}
    LEFT JOIN "Member" member ON member."id" = account."memberId"
    LEFT JOIN "Community" last ON last."id" = account."communityId"
    LEFT JOIN "Community" here ON here."lookup" = ${communityLookup}`);
  return {
    account: row.accountId === null ? null : toFound(session, row, ref).account,
    community: community === null || row.hereId === null ? null : toHere(session, row, community),
  };
}

export async function makeAccount(
  { db, sealers, known }: Session,
  ref: AccountRef,
  communityId: CommunityId | null,
  told: Told,
  now: Temporal.Instant,
): Promise<FoundAccount> {
  const [id, memberId] = [randomUUID(), randomUUID()];
  const { wrappedKey, sealer } = sealers.make(memberId);
  const member = await db.member.create({ data: { id: memberId, wrappedKey, createdAt: toDate(now) } });
  const named = { platform: ref.platform, lookup: sealers.lookup('account', ref) };
  const key = sealIdentity(sealer, 'Account', id, ref);
  await db.account.create({ data: { id, ...named, key, memberId, communityId, locale: told.locale, zone: told.zone } });
  known.set(named.lookup, { id, sealer });
  const account = {
    id: id as string as AccountId,
    member: toMember(member, sealer),
    community: null,
    told,
    chat: 'open' as const,
  };
  return { account, sealer, answer: null };
}

export function ownWordsCell(row: string): Cell {
  return { table: 'Member', column: 'ownWords', row };
}

const columns = sqltag`
  account."id" AS "accountId", account."key" AS "accountKey", account."locale" AS "toldLocale",
  account."zone" AS "toldZone", account."chat", member."id", member."wrappedKey", member."zone",
  member."dayEndsAt", member."country", member."ownWords", member."plainMessages", member."keepsDetails",
  member."keepsRatings", member."bestInARow", last."id" AS "lastId", last."zone" AS "lastZone", last."country" AS "lastCountry"`;

type MemberColumns = Omit<MemberRow, 'createdAt' | 'foldedThrough' | 'foldedStreak'>;

interface AccountRow extends MemberColumns {
  readonly accountId: string;
  readonly accountKey: Uint8Array;
  readonly toldLocale: string | null;
  readonly toldZone: string | null;
  readonly chat: string | null;
  readonly lastId: string | null;
  readonly lastZone: string | null;
  readonly lastCountry: string | null;
  readonly answer: Uint8Array | null;
}

interface HereRow {
  readonly hereId: string;
  readonly hereWrappedKey: Uint8Array;
  readonly hereKey: Uint8Array;
  readonly hereZone: string | null;
  readonly hereCountry: string | null;
  readonly hereLocale: string | null;
  readonly moderators: Uint8Array<ArrayBuffer> | null;
}

type WhoAsksRow = (AccountRow | { readonly accountId: null }) & (HereRow | { readonly hereId: null });

/** @throws HandrailError('unreadable') if it is not the requested account */
function toFound({ sealers, known }: Session, row: AccountRow, ref: AccountRef): FoundAccount {
  const { accountId, accountKey, lastId, lastZone, lastCountry, toldLocale, toldZone, answer } = row;
  const chat = (row.chat ?? 'open') as PrivateChat;
  const sealer = sealers.from(row);
  confirmIdentity(sealer, 'Account', { id: accountId, key: accountKey }, ref);
  known.set(sealers.lookup('account', ref), { id: accountId, sealer });
  const last: CommunityDefaults | null =
    lastId === null ? null : { id: lastId as CommunityId, zone: lastZone as ZoneId | null, country: lastCountry };
  const told = { locale: toldLocale, zone: toldZone as ZoneId | null };
  return {
    account: { id: accountId as AccountId, member: toMember(row, sealer), community: last, told, chat },
    sealer,
    answer,
  };
}

/** @throws HandrailError('unreadable') if it is not the requested community */
function toHere({ sealers }: Session, row: HereRow, ref: AccountRef) {
  const { hereId: id, hereWrappedKey: wrappedKey, hereKey: key, hereZone: zone, hereCountry: country } = row;
  const { hereLocale: locale } = row;
  const sealer = sealers.from({ id, wrappedKey });
  confirmIdentity(sealer, 'Community', { id, key }, ref);
  return toCommunityHere({ id, zone, country, locale, moderators: row.moderators }, sealer);
}

function toMember(row: MemberColumns, sealer: Sealer): Member {
  return {
    id: row.id as MemberId,
    zone: row.zone as ZoneId | null,
    dayEndsAt: row.dayEndsAt as ClockTime,
    country: row.country,
    ownWords: row.ownWords === null ? null : sealer.open(ownWordsCell(row.id), row.ownWords),
    plainMessages: row.plainMessages,
    keepsDetails: row.keepsDetails,
    keepsRatings: row.keepsRatings,
    bestInARow: row.bestInARow,
  };
}
