import { randomUUID } from 'node:crypto';
import type { StoreWrites } from '../../core/conversation/store.ts';
import type { AccountRef } from '../../core/values/ids.ts';
import type { Day } from '../../core/values/time.ts';
import type { Session } from '../database.ts';
import { toDate } from '../instants.ts';
import { findAccount, makeAccount, ownWordsCell, whoAsks } from './accounts.ts';
import { exportMember, joinMembers } from './member-data.ts';
import { nothingExpires, nothingOfCommunities } from './room-data.ts';

export function members(session: Session): StoreWrites['members'] {
  const { db, sealers } = session;

  /** Deletes the streak checkpoint, because it was computed with the old pauses. */
  async function forgetFolded(id: string): Promise<void> {
    await db.member.updateMany({ where: { id }, data: { foldedThrough: null, foldedStreak: null } });
  }

  return {
    find: async (ref: AccountRef) => (await findAccount(session, ref))?.account ?? null,

    whoAsks: (account, community) => whoAsks(session, account, community),

    async ensure(ref, now) {
      return (
        (await findAccount(session, ref)) ?? (await makeAccount(session, ref, null, { locale: null, zone: null }, now))
      ).account;
    },

    async noteChat(ref, chat) {
      const lookup = sealers.lookup('account', ref);
      await db.account.updateMany({ where: { lookup }, data: { chat: chat === 'open' ? null : chat } });
    },

    async noteCommunity(id, communityId) {
      await db.account.update({ where: { id }, data: { communityId } });
    },

    async change(id, { ownWords, ...settings }) {
      const sealed = ownWords == null ? ownWords : (await sealers.ofMember(db, id)).seal(ownWordsCell(id), ownWords);
      await db.member.update({
        where: { id },
        data: sealed === undefined ? settings : { ...settings, ownWords: sealed },
      });
    },

    async raiseBest(id, inARow) {
      await db.member.updateMany({ where: { id, bestInARow: { lt: inARow } }, data: { bestInARow: inARow } });
    },

    async addZonePeriod(memberId, { since, zone, dayEndsAt }) {
      const key = { memberId, since: toDate(since) };
      await db.zonePeriod.upsert({
        where: { memberId_since: key },
        create: { ...key, zone, dayEndsAt },
        update: { zone, dayEndsAt },
      });
    },

    async removeZonePeriod(memberId, since) {
      await db.zonePeriod.deleteMany({ where: { memberId, since: toDate(since) } });
    },

    async removeZonePeriodsBefore(memberId, since, limit) {
      await db.zonePeriod.deleteMany({ where: { memberId, since: { lt: toDate(since) } }, limit });
    },

    async pauses(memberId) {
      const rows = await db.pause.findMany({ where: { memberId }, orderBy: { fromDay: 'asc' } });
      return rows.map(({ id, fromDay, untilDay }) => ({ id, from: fromDay as Day, until: untilDay as Day | null }));
    },

    async addPause(memberId, from, until) {
      await db.pause.create({ data: { id: randomUUID(), memberId, fromDay: from, untilDay: until } });
      await forgetFolded(memberId);
    },

    async changePause(memberId, { id, from, until }) {
      await db.pause.updateMany({ where: { id, memberId }, data: { fromDay: from, untilDay: until } });
      await forgetFolded(memberId);
    },

    async removePause(memberId, id) {
      await db.pause.deleteMany({ where: { id, memberId } });
      await forgetFolded(memberId);
    },

    exportOf: (id) => exportMember(session, id),

    async erase(id) {
      await db.member.deleteMany({ where: { id } });
    },

    join: (from, into) => joinMembers(session, from, into),

    // The foreign key sets the community of its accounts to null.
    ...nothingOfCommunities,
    ...nothingExpires,
  };
}
