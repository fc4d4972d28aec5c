import { join, type Sql, sqltag } from '@prisma/client/runtime/client';
import type { LeasedSending, Owner, Reason, Sending, Sent } from '../../../core/outbox/delivery.ts';
import { type MoveName, moves } from '../../../core/outbox/states.ts';
import type { AccountId, CommunityId, MemberId } from '../../../core/values/ids.ts';
import type { Db, Session } from '../../database.ts';
import type { Cell, Sealer } from '../../sealing/sealer.ts';

/** What is sealed of a delivery from the start. */
export interface Payload {
  readonly sending: LeasedSending;
  /** How often it was posted again already. */
  readonly again: number;
}

/** What is sealed of its end. */
export type Outcome = ({ readonly kind: 'sent' } & Sent) | { readonly kind: 'reason'; readonly reason: Reason };

export function withoutKeys(sending: Sending): LeasedSending {
  switch (sending.kind) {
    case 'post':
      return {
        kind: 'post',
        to: sending.to.kind === 'thread-of' ? { kind: 'thread-of' } : sending.to,
        says: sending.says,
        instead: sending.insteadOf !== undefined,
      };
    case 'remove':
      return { kind: 'remove' };
    default:
      return { kind: sending.kind, says: sending.says };
  }
}

export interface OwnerColumns {
  readonly memberId: string | null;
  readonly communityId: string | null;
  readonly accountId: string | null;
}

export function ownerOf({ memberId, communityId, accountId }: OwnerColumns): Owner {
  return memberId === null
    ? { kind: 'community', community: communityId as CommunityId }
    : { kind: 'member', member: memberId as MemberId, account: accountId as AccountId };
}

export function ownerColumns(owner: Owner): OwnerColumns {
  return owner.kind === 'member'
    ? { memberId: owner.member, accountId: owner.account, communityId: null }
    : { memberId: null, accountId: null, communityId: owner.community };
}

/** Returns null if the owner was erased. */
export async function sealerOf({ db, sealers }: Pick<Session, 'db' | 'sealers'>, owner: Owner): Promise<Sealer | null> {
  const id = owner.kind === 'member' ? owner.member : owner.community;
  return sealers.atHand(id) ?? (await foundSealer(db, sealers, owner, id));
}

async function foundSealer(db: Db, sealers: Session['sealers'], owner: Owner, id: string): Promise<Sealer | null> {
  const one = { where: { id }, select: { id: true, wrappedKey: true } };
  const row = owner.kind === 'member' ? await db.member.findUnique(one) : await db.community.findUnique(one);
  return row === null ? null : sealers.from(row);
}

export function payloadCell(id: string): Cell {
  return { table: 'Delivery', column: 'payload', row: id };
}

export function outcomeCell(id: string): Cell {
  return { table: 'Delivery', column: 'outcome', row: id };
}

export function openPayload(sealer: Sealer, id: string, sealed: Uint8Array): Payload {
  return JSON.parse(sealer.open(payloadCell(id), sealed)) as Payload;
}

export function sealOutcome(sealer: Sealer, id: string, outcome: Outcome): Uint8Array<ArrayBuffer> {
  return sealer.seal(outcomeCell(id), JSON.stringify(outcome));
}

export function openOutcome(sealer: Sealer, id: string, sealed: Uint8Array): Outcome {
  return JSON.parse(sealer.open(outcomeCell(id), sealed)) as Outcome;
}

/** The condition that a delivery may make this move. */
export function mayMove(move: MoveName): Sql {
  return sqltag`"state" IN (${join([...moves[move].from])})`;
}

/** Nobody has decided about a doubt yet. Also true of what is no doubt. */
export const undecided = sqltag`("doubt" IS NULL OR "doubt" = 'asked')`;
