import { randomBytes } from 'node:crypto';
import { sqltag } from '@prisma/client/runtime/client';
import type { DeliveryKey, NewDelivery, Owner, Sending } from '../../../core/outbox/delivery.ts';
import { moves } from '../../../core/outbox/states.ts';
import type { Outbox } from '../../../core/outbox/store.ts';
import { HandrailError } from '../../../core/values/errors.ts';
import type { Session } from '../../database.ts';
import type { Delivery } from '../../generated/sqlite/client.ts';
import { toDate } from '../../instants.ts';
import {
  mayMove,
  openPayload,
  ownerColumns,
  ownerOf,
  type Payload,
  payloadCell,
  sealerOf,
  sealOutcome,
  undecided,
  withoutKeys,
} from './rows.ts';

/** Adds, cancels and decides: always inside a transaction, with what they belong to. */
export function adding(session: Session): Pick<Outbox, 'add' | 'cancel' | 'decide'> {
  const { db, sealers } = session;

  return {
    async add(delivery) {
      const { key, platform, owner, sending, dueAt, notAfter, urgent } = delivery;
      const lookup = sealers.lookupDelivery(platform, key);
      const target = await targetOf(session, delivery);
      const added = await insert(session, {
        platform,
        lookup,
        subject: subjectOf(session, key[0]),
        owner,
        urgent,
        dueAt: dueAt === null ? null : toDate(dueAt),
        notAfter: notAfter === null ? null : toDate(notAfter),
        afterId: target?.id ?? null,
        changesId: sending.kind === 'edit' || sending.kind === 'remove' ? (target?.id ?? null) : null,
        place:
          (inTargetsPlace(sending) ? target?.place : undefined) ??
          sealers.lookupPace(placeName(platform, owner, sending)),
        payload: { sending: withoutKeys(sending), again: 0 },
      });
      return added === null ? 'there' : 'added';
    },

    async cancel(subject, reason) {
      const rows = await db.$queryRaw<Pick<Delivery, 'id' | 'memberId' | 'communityId' | 'accountId'>[]>(sqltag`
        SELECT "id", "memberId", "communityId", "accountId" FROM "Delivery"
        WHERE "subject" = ${subjectOf(session, subject)} AND ${mayMove('skip')}`);
      let cancelled = 0;
      for (const row of rows) cancelled += await skip(session, row, reason);
      return cancelled;
    },

    async decide(id, decision, community) {
      const row = await db.delivery.findUnique({ where: { id } });
      if (row === null || (community !== null && row.communityId !== community)) return false;
      const doubt = { 'post-again': 'again', leave: 'left', asked: 'asked' }[decision];
      const count = await db.$executeRaw(sqltag`
        UPDATE "Delivery" SET "doubt" = ${doubt}
        WHERE "id" = ${id} AND "state" = ${moves.doubt.to} AND ${undecided}`);
      if (count === 0) return false;
      if (decision === 'post-again') await postAgain(session, row);
      return true;
    },
  };
}

interface NewRow {
  readonly platform: string;
  readonly lookup: string;
  readonly subject: string;
  readonly owner: Owner;
  readonly urgent: boolean;
  /** null: now. */
  readonly dueAt: Date | null;
  readonly notAfter: Date | null;
  readonly afterId: string | null;
  readonly changesId: string | null;
  readonly place: string;
  readonly payload: Payload;
}

/** Returns the new row's id; null if there is one with the same key. */
async function insert(session: Session, row: NewRow): Promise<string | null> {
  const { db, clock } = session;
  const id = randomBytes(16).toString('base64url');
  const sealer = await sealerOf(session, row.owner);
  if (sealer === null) throw new HandrailError('unreadable', 'A delivery is for somebody who is not there.');
  const { memberId, communityId, accountId } = ownerColumns(row.owner);
  const payload = sealer.seal(payloadCell(id), JSON.stringify(row.payload));
  const dueAt = row.dueAt === null ? clock.in(0) : sqltag`${row.dueAt}`;
  const count = await db.$executeRaw(sqltag`
    INSERT INTO "Delivery" ("id", "platform", "lookup", "subject", "memberId", "communityId", "accountId", "urgent",
      "dueAt", "tryAt", "notAfter", "afterId", "changesId", "place", "payload", "addedAt")
    VALUES (${id}, ${row.platform}, ${row.lookup}, ${row.subject}, ${memberId}, ${communityId}, ${accountId},
      ${row.urgent}, ${dueAt}, ${dueAt}, ${row.notAfter}, ${row.afterId}, ${row.changesId}, ${row.place}, ${payload},
      ${clock.in(0)})
    ON CONFLICT ("lookup") DO NOTHING`);
  if (count === 0) return null;
  session.added();
  if (row.changesId !== null) await supersede(session, row.changesId, id);
  return id;
}

/** The old row stays as its history. What waited for it waits for the new one. */
async function postAgain(session: Session, row: Delivery): Promise<void> {
  const { db, sealers } = session;
  const owner = ownerOf(row);
  const sealer = await sealerOf(session, owner);
  if (sealer === null) return;
  const { sending, again } = openPayload(sealer, row.id, row.payload);
  const { platform, subject, urgent, notAfter, afterId, changesId, place } = row;
  const added = await insert(session, {
    platform,
    lookup: sealers.lookupDelivery(platform, ['again', row.lookup]),
    subject,
    owner,
    urgent,
    dueAt: null,
    notAfter,
    afterId,
    changesId,
    place,
    payload: { sending, again: again + 1 },
  });
  if (added === null) return;
  await db.$executeRaw(sqltag`
    UPDATE "Delivery" SET "afterId" = ${added} WHERE "afterId" = ${row.id} AND "state" = 'pending'`);
}

/** Skips the changes of a post that still wait, because a newer one was added. */
async function supersede(session: Session, changesId: string, newest: string): Promise<void> {
  const older = await session.db.delivery.findMany({
    where: { changesId, id: { not: newest }, state: { in: [...moves.skip.from] } },
    select: { id: true, memberId: true, communityId: true, accountId: true },
  });
  for (const row of older) await skip(session, row, 'superseded');
}

async function skip(
  session: Session,
  row: Pick<Delivery, 'id' | 'memberId' | 'communityId' | 'accountId'>,
  reason: string,
): Promise<number> {
  const sealer = await sealerOf(session, ownerOf(row));
  if (sealer === null) return 0;
  const outcome = sealOutcome(sealer, row.id, { kind: 'reason', reason });
  return session.db.$executeRaw(sqltag`
    UPDATE "Delivery" SET "state" = ${moves.skip.to}, "outcome" = ${outcome}, "endedAt" = ${session.clock.in(0)},
      "leasedUntil" = NULL
    WHERE "id" = ${row.id} AND ${mayMove('skip')}`);
}

/** The delivery that another one waits for. */
async function targetOf({ db, sealers }: Session, { platform, owner, sending }: NewDelivery) {
  const of = waitsFor(sending);
  if (of === null) return null;
  const found = await db.delivery.findUnique({
    where: { lookup: sealers.lookupDelivery(platform, of) },
    select: { id: true, place: true, memberId: true, communityId: true },
  });
  const { memberId, communityId } = ownerColumns(owner);
  // Of the same owner, because the receipt is sealed with their key.
  if (found === null || found.memberId !== memberId || found.communityId !== communityId)
    throw new Error('A delivery waits for one that is not there');
  return found;
}

function waitsFor(sending: NewDelivery['sending']): DeliveryKey | null {
  if (sending.kind !== 'post') return sending.of;
  return sending.to.kind === 'thread-of' ? sending.to.of : (sending.insteadOf ?? null);
}

function subjectOf({ sealers }: Session, subject: string): string {
  return sealers.lookupDelivery('', ['subject', subject]);
}

/** Whether it goes where the delivery went that it waits for. */
function inTargetsPlace(sending: Sending): boolean {
  return sending.kind !== 'post' || sending.to.kind === 'thread-of';
}

/** The place whose pace counts. A thread has that of its channel, as platforms limit it. */
function placeName(platform: string, owner: Owner, sending: Sending): string {
  const to = sending.kind === 'post' ? sending.to : null;
  switch (to?.kind) {
    case 'person':
      return `${platform} person ${to.account}`;
    case 'channel':
    case 'thread':
      return `${platform} channel ${to.channel}`;
    default:
      return `${platform} account ${owner.kind === 'member' ? owner.account : owner.community}`;
  }
}
