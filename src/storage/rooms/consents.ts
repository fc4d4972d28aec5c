import type { StoreWrites } from '../../core/conversation/store.ts';
import type { Session } from '../database.ts';
import { toDate } from '../instants.ts';
import { nothingExpires } from './room-data.ts';

/**
 * Consent is a column of the member's row, because a check-in reads and locks that row: a no applies from its commit
 * on.
 */
export function consents({ db }: Session): StoreWrites['consents'] {
  return {
    async inCommunity(memberId, communityId, kind) {
      const where = { memberId_communityId_kind: { memberId, communityId, kind } };
      return (await db.communityConsent.findUnique({ where }))?.agrees ?? null;
    },

    async answer(id, kind, agrees) {
      const data = kind === 'ratings' ? { keepsRatings: agrees } : { keepsDetails: agrees };
      await db.member.update({ where: { id }, data });
    },

    async answerInCommunity(memberId, communityId, kind, agrees, at) {
      const key = { memberId, communityId, kind };
      const answer = { agrees, answeredAt: toDate(at) };
      await db.communityConsent.upsert({
        where: { memberId_communityId_kind: key },
        create: { ...key, ...answer },
        update: answer,
      });
    },

    async *exportOf(memberId) {
      const rows = await db.communityConsent.findMany({ where: { memberId } });
      if (rows.length === 0) return;
      yield {
        table: 'CommunityConsent',
        rows: rows.map(({ communityId, kind, agrees, answeredAt }) => ({
          communityId,
          kind,
          agrees,
          answeredAt: answeredAt.toISOString(),
        })),
      };
    },

    async erase(memberId) {
      await db.communityConsent.deleteMany({ where: { memberId } });
    },

    async eraseCommunity(communityId) {
      await db.communityConsent.deleteMany({ where: { communityId } });
    },

    async join(from, into) {
      // A no in either community consent wins.
      for (const row of await db.communityConsent.findMany({ where: { memberId: from } })) {
        const { communityId, kind, agrees, answeredAt } = row;
        const key = { memberId: into, communityId, kind };
        await db.communityConsent.upsert({
          where: { memberId_communityId_kind: key },
          create: { ...key, agrees, answeredAt },
          update: agrees ? {} : { agrees, answeredAt },
        });
      }
      await db.communityConsent.deleteMany({ where: { memberId: from } });
    },

    ...nothingExpires,
  };
}
