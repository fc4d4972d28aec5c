import type { HandledRequests } from '../core/conversation/handled.ts';
import type { Temporal } from '../core/time.ts';
import { toDate } from './instants.ts';
import type { Db } from './storage.ts';

export function handledRequests(db: Db): HandledRequests & { forgetBefore(instant: Temporal.Instant): Promise<void> } {
  return {
    async answer(platform, requestId) {
      const row = await db.handledRequest.findUnique({ where: { platform_requestId: { platform, requestId } } });
      return row?.answer ?? null;
    },

    async remember({ platform, requestId, account }, answer, at) {
      await db.handledRequest.create({
        data: { platform, requestId, accountId: account, answer, handledAt: toDate(at) },
      });
    },

    async forget(accountId) {
      await db.handledRequest.deleteMany({ where: { accountId } });
    },

    async forgetBefore(instant) {
      await db.handledRequest.deleteMany({ where: { handledAt: { lt: toDate(instant) } } });
    },
  };
}
