import { sqltag } from '@prisma/client/runtime/client';
import type { StoreWrites } from '../../core/conversation/store.ts';
import type { DeliveryState } from '../../core/outbox/states.ts';
import type { Failed } from '../../core/outbox/store.ts';
import type { Session } from '../database.ts';
import type { Delivery } from '../generated/sqlite/client.ts';
import { toDate } from '../instants.ts';
import { nullIfUnreadable, readable } from '../sealing/readable.ts';
import { adding } from './outbox/add.ts';
import { dispatch } from './outbox/dispatch.ts';
import { pace } from './outbox/pace.ts';
import { openOutcome, openPayload, outcomeCell, ownerOf, payloadCell, sealerOf } from './outbox/rows.ts';
import { inBatches, resealing, rowsAtOnce } from './room-data.ts';

/** A delivery is kept for so long after its end. */
const keepEndedDays = 30;

/** A pace that has been open for so long tells nothing. */
const keepPaceHours = 1;

export function outbox(session: Session): StoreWrites['outbox'] {
  const { db, sealers, clock } = session;

  return {
    ...adding(session),
    ...dispatch(session),
    ...pace(session),

    async counts() {
      const rows = await db.delivery.groupBy({ by: ['platform', 'state'], _count: { _all: true } });
      return rows.map(({ platform, state, _count }) => ({
        platform,
        state: state as DeliveryState,
        count: _count._all,
      }));
    },

    async oldestDueMs() {
      const [row] = await db.$queryRaw<{ dueAt: Date; nowMs: unknown }[]>(sqltag`
        SELECT "dueAt", ${clock.ms} AS "nowMs" FROM "Delivery"
        WHERE "state" IN ('pending', 'leased', 'sending') AND "dueAt" <= ${clock.in(0)} ORDER BY "dueAt" LIMIT 1`);
      return row === undefined ? null : Number(row.nowMs) - row.dueAt.getTime();
    },

    async failed(max) {
      const rows = await db.delivery.findMany({
        where: { state: { in: ['refused', 'uncertain'] } },
        orderBy: { endedAt: 'desc' },
        take: max,
      });
      return Promise.all(rows.map((row) => failedOf(session, row)));
    },

    async *exportOf(memberId) {
      const sealer = await sealers.ofMember(db, memberId);
      for await (const rows of deliveriesOf(session, memberId)) {
        yield {
          table: 'Delivery',
          rows: rows.map(({ id, platform, state, dueAt, endedAt, payload, outcome }) => ({
            platform,
            state,
            dueAt: dueAt.toISOString(),
            endedAt: endedAt?.toISOString() ?? null,
            sending: openPayload(sealer, id, payload).sending,
            outcome: outcome === null ? null : openOutcome(sealer, id, outcome),
          })),
        };
      }
    },

    async erase(memberId) {
      await db.delivery.deleteMany({ where: { memberId } });
    },

    async eraseCommunity(communityId) {
      await db.delivery.deleteMany({ where: { communityId } });
    },

    async join(from, into) {
      const reseal = await resealing(session, from, into);
      for await (const rows of deliveriesOf(session, from)) {
        for (const { id, payload, outcome } of rows) {
          await db.delivery.update({
            where: { id },
            data: {
              memberId: into,
              payload: reseal(payloadCell(id), payload),
              outcome: outcome === null ? null : reseal(outcomeCell(id), outcome),
            },
          });
        }
      }
    },

    async sweep(now, limit) {
      const before = toDate(now.subtract({ hours: keepEndedDays * 24 }));
      const { count } = await db.delivery.deleteMany({ where: { endedAt: { lt: before } }, limit });
      const openAt = { lt: now.subtract({ hours: keepPaceHours }).epochMilliseconds };
      const paces = await db.pace.deleteMany({ where: { openAt }, limit });
      return Math.max(count, paces.count);
    },
  };
}

function deliveriesOf({ db }: Session, memberId: string) {
  return inBatches<Delivery>((last) =>
    db.delivery.findMany({
      where: { memberId, ...(last !== undefined && { id: { gt: last.id } }) },
      orderBy: { id: 'asc' },
      take: rowsAtOnce,
    }),
  );
}

async function failedOf(session: Session, row: Delivery): Promise<Failed> {
  const { id, platform, state, payload, outcome, doubt, endedAt, addedAt } = row;
  const owner = ownerOf(row);
  const sealer = await sealerOf(session, owner).catch(nullIfUnreadable);
  const sending = sealer === null ? null : readable(() => openPayload(sealer, id, payload).sending);
  const opened = sealer === null || outcome === null ? null : readable(() => openOutcome(sealer, id, outcome));
  return {
    id,
    platform,
    state: state as DeliveryState,
    toMember: owner.kind === 'member',
    template: sending === null ? null : 'says' in sending ? sending.says.route : sending.kind,
    reason: opened?.kind === 'reason' ? opened.reason : null,
    settled: doubt as Failed['settled'],
    at: (endedAt ?? addedAt).toISOString(),
  };
}
