import type { HandledRequests } from '../core/conversation/handled.ts';
import type { Temporal } from '../core/time.ts';
import { toDate } from './instants.ts';
import type { Db } from './storage.ts';

export function handledRequests(db: Db): HandledRequests & { forgetBefore(instant: Temporal.Instant): Promise<void> } {
  return {
    async answer({ platform, key }, requestId) {
      const row = await db.handledRequest.findFirst({ where: { account: { platform, key }, requestId } });
      return row?.answer ?? null;
    },

    async remember(accountId, requestId, answer, at) {
      await db.handledRequest.create({ data: { accountId, requestId, answer, handledAt: toDate(at) } });
    },

    async forget(accountId) {
      await db.handledRequest.deleteMany({ where: { accountId } });
    },

    async forgetBefore(instant) {
      await db.handledRequest.deleteMany({ where: { handledAt: { lt: toDate(instant) } } });
    },
  };
}
