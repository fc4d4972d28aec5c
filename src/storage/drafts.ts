import type { Drafts } from '../core/conversation/drafts.ts';
import type { Temporal } from '../core/time.ts';
import { toDate } from './instants.ts';
import type { Db } from './storage.ts';

export function drafts(db: Db): Drafts & { removeExpired(now: Temporal.Instant): Promise<void> } {
  return {
    async find(account, kind, now) {
      const row = await db.draft.findFirst({ where: { account, kind, expiresAt: { gt: toDate(now) } } });
      return row?.payload ?? null;
    },

    async put({ platform, key }, kind, payload, expiresAt) {
      const { id: accountId } = await db.account.findUniqueOrThrow({ where: { platform_key: { platform, key } } });
      const row = { payload, expiresAt: toDate(expiresAt) };
      await db.draft.upsert({
        where: { accountId_kind: { accountId, kind } },
        create: { accountId, kind, ...row },
        update: row,
      });
    },

    async remove(account, kind) {
      await db.draft.deleteMany({ where: { account, kind } });
    },

    async removeExpired(now) {
      await db.draft.deleteMany({ where: { expiresAt: { lte: toDate(now) } } });
    },
  };
}
