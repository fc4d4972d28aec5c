import { empty, join, type Sql, sqltag } from '@prisma/client/runtime/client';
import type { After, Doubt, End, Held, Leased, Owner, PaceKey, Sent } from '../../../core/outbox/delivery.ts';
import { type DeliveryState, type MoveName, moves } from '../../../core/outbox/states.ts';
import type { Outbox } from '../../../core/outbox/store.ts';
import { assertNever } from '../../../core/values/errors.ts';
import { Temporal } from '../../../core/values/time.ts';
import type { Session } from '../../database.ts';
import { openIdentity } from '../../sealing/identity.ts';
import { nullIfUnreadable, readable } from '../../sealing/readable.ts';
import type { Sealer } from '../../sealing/sealer.ts';
import {
  mayMove,
  type Outcome,
  type OwnerColumns,
  openOutcome,
  openPayload,
  ownerOf,
  sealerOf,
  sealOutcome,
  undecided,
} from './rows.ts';

type Dispatch = Pick<
  Outbox,
  'lease' | 'begin' | 'finish' | 'finishAll' | 'giveBack' | 'expire' | 'doubts' | 'askAgain' | 'untilNext'
>;

/** Moves deliveries between their states, one statement a move. */
export function dispatch(session: Session): Dispatch {
  const { db, clock, skipsLocked } = session;

  return {
    async lease({ platforms, urgent, max, leaseMs }) {
      const leased = await db.$queryRaw<{ id: string }[]>(sqltag`
        UPDATE "Delivery" SET "state" = ${moves.lease.to}, "fence" = "fence" + 1, "leasedUntil" = ${clock.in(leaseMs)}
        WHERE "id" IN (
          SELECT waiting."id" FROM "Delivery" waiting
          WHERE waiting."state" IN (${join([...moves.lease.from])})
            AND waiting."urgent" = ${urgent} AND waiting."tryAt" <= ${clock.in(0)} AND waiting."platform" IN (${join([...platforms])})
            AND (waiting."notAfter" < ${clock.in(0)} OR (
              (waiting."afterId" IS NULL OR NOT EXISTS (
                SELECT 1 FROM "Delivery" before
                WHERE before."id" = waiting."afterId" AND before."state" NOT IN ('sent', 'refused', 'skipped')
                  AND (before."doubt" IS NULL OR before."doubt" NOT IN ('left', 'again'))))
              AND (waiting."changesId" IS NULL OR NOT EXISTS (
                SELECT 1 FROM "Delivery" other
                WHERE other."changesId" = waiting."changesId" AND other."state" IN ('leased', 'sending')))
              AND NOT EXISTS (
                SELECT 1 FROM "Pace" pace WHERE pace."key" = waiting."place" AND pace."openAt" > ${clock.ms})))
          ORDER BY waiting."tryAt" LIMIT ${max}
          ${skipsLocked ? sqltag`FOR UPDATE OF waiting SKIP LOCKED` : empty})
        RETURNING "id"`);
      if (leased.length === 0) return [];
      const rows = await opened(
        session,
        leased.map(({ id }) => id),
      );
      return rows.toSorted((a, b) => b.lagMs - a.lagMs);
    },

    async begin({ id, fence }, leaseMs) {
      const count = await db.$executeRaw(sqltag`
        UPDATE "Delivery" SET "state" = ${moves.begin.to}, "leasedUntil" = ${clock.in(leaseMs)},
          "begunAt" = COALESCE("begunAt", ${clock.in(0)})
        WHERE "id" = ${id} AND "fence" = ${fence} AND ${mayMove('begin')}
          AND "leasedUntil" > ${clock.in(0)} AND ("notAfter" IS NULL OR "notAfter" >= ${clock.in(0)})`);
      return count > 0;
    },

    finish: (held, end) => finish(session, held, end),

    async finishAll(ended) {
      const finished = new Set<string>();
      const sent = ended.flatMap(({ held, end }) => (end.kind === 'sent' ? [{ held, sent: end.sent }] : []));
      for (const id of await finishSent(session, sent)) finished.add(id);
      for (const { held, end } of ended) {
        if (end.kind !== 'sent' && (await finish(session, held, end))) finished.add(held.id);
      }
      return finished;
    },

    async giveBack({ id, fence }, waitMs, failed) {
      await db.$executeRaw(sqltag`
        UPDATE "Delivery" SET "state" = ${moves.giveBack.to}, "leasedUntil" = NULL, "tryAt" = ${clock.in(waitMs)},
          "failures" = "failures" + ${failed ? 1 : 0}
        WHERE "id" = ${id} AND "fence" = ${fence} AND ${mayMove('giveBack')}`);
    },

    async expire(all) {
      const over = all ? sqltag`1 = 1` : sqltag`"leasedUntil" <= ${clock.in(0)}`;
      await db.$executeRaw(sqltag`
        UPDATE "Delivery" SET "state" = ${moves.expireLeased.to}, "leasedUntil" = NULL
        WHERE ${mayMove('expireLeased')} AND ${over}`);
      await db.$executeRaw(sqltag`
        UPDATE "Delivery" SET "state" = ${moves.expireSending.to}, "leasedUntil" = NULL, "endedAt" = ${clock.in(0)}
        WHERE ${mayMove('expireSending')} AND ${over}`);
    },

    async doubts(platforms, max) {
      const rows = await db.$queryRaw<DoubtRow[]>(sqltag`
        SELECT "id", "platform", "fence", "memberId", "communityId", "accountId", "payload", "begunAt",
          ${clock.ms} AS "nowMs"
        FROM "Delivery" WHERE "state" = ${moves.doubt.to} AND "doubt" IS NULL AND "platform" IN (${join([...platforms])})
        ORDER BY "endedAt" LIMIT ${max}`);
      const doubts: Doubt[] = [];
      for (const row of rows) {
        const { id, platform, fence, payload, begunAt, nowMs } = row;
        const owner = ownerOf(row);
        const sealer = await sealerOf(session, owner).catch(nullIfUnreadable);
        const opened = sealer === null ? null : readable(() => openPayload(sealer, id, payload));
        if (opened === null) {
          await refuseUnreadable(session, row);
          continue;
        }
        const sinceBegunMs = Number(nowMs) - (begunAt?.getTime() ?? 0);
        doubts.push({ id, platform, fence: Number(fence), owner, sinceBegunMs, ...opened });
      }
      return doubts;
    },

    async askAgain({ id, fence }) {
      await db.$executeRaw(sqltag`
        UPDATE "Delivery" SET "state" = ${moves.askAgain.to}, "endedAt" = NULL, "tryAt" = ${clock.in(0)}
        WHERE "id" = ${id} AND "fence" = ${fence} AND ${mayMove('askAgain')} AND "doubt" IS NULL`);
    },

    async untilNext(platforms) {
      const ours = sqltag`"platform" IN (${join([...platforms])})`;
      const [due] = await db.$queryRaw<{ at: Date; nowMs: unknown }[]>(sqltag`
        SELECT "tryAt" AS "at", ${clock.ms} AS "nowMs" FROM "Delivery"
        WHERE "state" = 'pending' AND ${ours} AND "tryAt" > ${clock.in(0)} ORDER BY "tryAt" LIMIT 1`);
      const [open] = await db.$queryRaw<{ at: unknown; nowMs: unknown }[]>(sqltag`
        SELECT pace."openAt" AS "at", ${clock.ms} AS "nowMs" FROM "Pace" pace
        WHERE pace."openAt" > ${clock.ms} AND EXISTS (
          SELECT 1 FROM "Delivery" WHERE "place" = pace."key" AND "state" = 'pending' AND ${ours})
        ORDER BY pace."openAt" LIMIT 1`);
      const waits = [
        ...(due === undefined ? [] : [due.at.getTime() - Number(due.nowMs)]),
        ...(open === undefined ? [] : [Number(open.at) - Number(open.nowMs)]),
      ];
      return waits.length === 0 ? null : Math.max(0, Math.min(...waits));
    },
  };
}

async function finish(session: Session, held: Held, end: End): Promise<boolean> {
  const sealer = await sealerOf(session, held.owner);
  if (sealer === null) return false;
  const { move, set } = moveFor(end, session, (outcome) => sealOutcome(sealer, held.id, outcome));
  const count = await session.db.$executeRaw(sqltag`
    UPDATE "Delivery" SET "state" = ${moves[move].to}, "leasedUntil" = NULL, ${set}
    WHERE "id" = ${held.id} AND "fence" = ${held.fence} AND ${mayMove(move)} AND ${undecided}`);
  return count > 0;
}

/** Records what was sent in one statement, because nearly everything ends so. Returns the ids of those still ours. */
async function finishSent(
  session: Session,
  all: readonly { readonly held: Held; readonly sent: Sent }[],
): Promise<readonly string[]> {
  const { db, clock } = session;
  const rows: { id: string; fence: number; outcome: Uint8Array }[] = [];
  for (const { held, sent } of all) {
    const sealer = await sealerOf(session, held.owner);
    const outcome = sealer === null ? null : sealOutcome(sealer, held.id, { kind: 'sent', ...sent });
    if (outcome !== null) rows.push({ id: held.id, fence: held.fence, outcome });
  }
  if (rows.length === 0) return [];
  const each = (of: (row: (typeof rows)[number]) => unknown) =>
    join(
      rows.map((row) => sqltag`WHEN ${row.id} THEN ${of(row)}`),
      ' ',
    );
  const found = await db.$queryRaw<{ id: string }[]>(sqltag`
    UPDATE "Delivery" SET "state" = ${moves.sent.to}, "leasedUntil" = NULL, "endedAt" = ${clock.in(0)},
      "outcome" = CASE "id" ${each(({ outcome }) => outcome)} ELSE "outcome" END
    WHERE "id" IN (${join(rows.map(({ id }) => id))}) AND ${mayMove('sent')} AND ${undecided}
      AND "fence" = CASE "id" ${each(({ fence }) => fence)} ELSE -1 END
    RETURNING "id"`);
  return found.map(({ id }) => id);
}

/** Which move an end is, and what it changes beside the state. */
function moveFor(end: End, { clock }: Session, seal: (outcome: Outcome) => Uint8Array): { move: MoveName; set: Sql } {
  const over = (outcome: Outcome) => sqltag`"outcome" = ${seal(outcome)}, "endedAt" = ${clock.in(0)}`;
  switch (end.kind) {
    case 'sent':
      return { move: 'sent', set: over({ kind: 'sent', ...end.sent }) };
    case 'refused':
      return { move: 'refuse', set: over({ kind: 'reason', reason: end.reason }) };
    case 'skipped':
      return { move: 'skip', set: over({ kind: 'reason', reason: end.reason }) };
    case 'uncertain':
      return { move: 'doubt', set: sqltag`"endedAt" = ${clock.in(0)}` };
    case 'later':
      return { move: 'later', set: sqltag`"tryAt" = ${clock.in(end.waitMs)}, "endedAt" = NULL` };
    default:
      return assertNever(end);
  }
}

interface DoubtRow extends OwnerColumns {
  readonly id: string;
  readonly platform: string;
  readonly fence: unknown;
  readonly payload: Uint8Array;
  readonly begunAt: Date | null;
  readonly nowMs: unknown;
}

interface LeasedRow extends OwnerColumns {
  readonly id: string;
  readonly platform: string;
  readonly fence: unknown;
  readonly urgent: unknown;
  readonly failures: unknown;
  readonly payload: Uint8Array;
  readonly place: string;
  readonly dueAt: Date;
  readonly nowMs: unknown;
  readonly late: unknown;
  readonly superseded: unknown;
  readonly beforeId: string | null;
  readonly beforeState: string | null;
  readonly beforeOutcome: Uint8Array | null;
  readonly memberKey: Uint8Array | null;
  readonly communityKey: Uint8Array | null;
  readonly accountRef: Uint8Array | null;
  readonly communityRef: Uint8Array | null;
  readonly locale: string | null;
}

/** Reads leased rows with all that sending them needs, in one statement. */
async function opened(session: Session, ids: readonly string[]): Promise<readonly Leased[]> {
  const { db, clock } = session;
  const rows = await db.$queryRaw<LeasedRow[]>(sqltag`
    SELECT it."id", it."platform", it."fence", it."urgent", it."failures", it."payload", it."place", it."dueAt",
      it."memberId", it."communityId", it."accountId", ${clock.ms} AS "nowMs",
      CASE WHEN it."notAfter" < ${clock.in(0)} THEN 1 ELSE 0 END AS "late",
      CASE WHEN EXISTS (
        SELECT 1 FROM "Delivery" newer
        WHERE newer."changesId" = it."changesId" AND newer."state" <> 'skipped'
          AND (newer."addedAt" > it."addedAt" OR (newer."addedAt" = it."addedAt" AND newer."id" > it."id"))
      ) THEN 1 ELSE 0 END AS "superseded",
      before."id" AS "beforeId", before."state" AS "beforeState", before."outcome" AS "beforeOutcome",
      member."wrappedKey" AS "memberKey", community."wrappedKey" AS "communityKey",
      account."key" AS "accountRef", community."key" AS "communityRef",
      COALESCE(account."locale", community."locale") AS "locale"
    FROM "Delivery" it
    LEFT JOIN "Delivery" before ON before."id" = it."afterId"
    LEFT JOIN "Member" member ON member."id" = it."memberId"
    LEFT JOIN "Account" account ON account."id" = it."accountId"
    LEFT JOIN "Community" community ON community."id" = it."communityId"
    WHERE it."id" IN (${join([...ids])})`);
  const read: Leased[] = [];
  for (const row of rows) {
    const leased = readable(() => toLeased(session, row));
    if (leased !== null) read.push(leased);
    else await refuseUnreadable(session, row);
  }
  return read;
}

function toLeased({ sealers }: Session, row: LeasedRow): Leased {
  const { id, platform, place, locale } = row;
  const owner = ownerOf(row);
  const sealer = sealers.from(keyOf(row, owner));
  const nowMs = Number(row.nowMs);
  return {
    id,
    platform,
    fence: Number(row.fence),
    urgent: Boolean(row.urgent),
    failures: Number(row.failures),
    owner,
    ref: { platform, key: identityOf(row, owner, sealer) },
    locale,
    sending: openPayload(sealer, id, row.payload).sending,
    after: afterOf(row, sealer),
    overdue: Number(row.late) === 1 ? 'too-late' : Number(row.superseded) === 1 ? 'superseded' : null,
    pace: place as PaceKey,
    lagMs: nowMs - row.dueAt.getTime(),
    now: Temporal.Instant.fromEpochMilliseconds(nowMs),
  };
}

/** A damaged delivery must not hold up the others. Its reason cannot be sealed, so it has none. */
async function refuseUnreadable({ db, clock }: Session, { id, fence }: { id: string; fence: unknown }): Promise<void> {
  await db.$executeRaw(sqltag`
    UPDATE "Delivery" SET "state" = ${moves.refuse.to}, "leasedUntil" = NULL, "endedAt" = ${clock.in(0)}
    WHERE "id" = ${id} AND "fence" = ${Number(fence)} AND ${mayMove('refuse')}`);
}

const none = new Uint8Array();

/** The owner's key in its stored form. */
function keyOf({ memberKey, communityKey }: LeasedRow, owner: Owner): { id: string; wrappedKey: Uint8Array } {
  return owner.kind === 'member'
    ? { id: owner.member, wrappedKey: memberKey ?? none }
    : { id: owner.community, wrappedKey: communityKey ?? none };
}

/** The owner's account or community, as the platform knows it. */
function identityOf({ platform, accountRef, communityRef }: LeasedRow, owner: Owner, sealer: Sealer): string {
  return owner.kind === 'member'
    ? openIdentity(sealer, 'Account', { id: owner.account, key: accountRef ?? none, platform })
    : openIdentity(sealer, 'Community', { id: owner.community, key: communityRef ?? none, platform });
}

function afterOf({ beforeId, beforeState, beforeOutcome }: LeasedRow, sealer: Sealer): After | null {
  if (beforeId === null || beforeState === null) return null;
  const outcome = beforeOutcome === null ? null : openOutcome(sealer, beforeId, beforeOutcome);
  const sent = outcome?.kind === 'sent' ? { message: outcome.message, thread: outcome.thread } : null;
  return { state: beforeState as DeliveryState, sent };
}
