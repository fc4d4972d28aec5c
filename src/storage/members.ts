import { randomUUID } from 'node:crypto';
import type { AccountId, MemberId } from '../core/ids.ts';
import type { Account, AccountRef, Member } from '../core/members/member.ts';
import type { Members } from '../core/members/store.ts';
import type { ClockTime, Day, ZoneId } from '../core/time.ts';
import { toCommunity } from './communities.ts';
import type {
  Account as AccountRow,
  Community as CommunityRow,
  Member as MemberRow,
} from './generated/sqlite/client.ts';
import { toDate, toInstant } from './instants.ts';
import type { Db } from './storage.ts';

export function members(db: Db): Members {
  async function find({ platform, key }: AccountRef): Promise<Account | null> {
    const row = await db.account.findUnique({
      where: { platform_key: { platform, key } },
      include: { member: true, community: true },
    });
    return row === null ? null : toAccount(row);
  }

  return {
    find,

    async ensure(account, now) {
      const there = await find(account);
      if (there !== null) return there;
      const row = await db.account.create({
        data: {
          id: randomUUID(),
          platform: account.platform,
          key: account.key,
          member: { create: { id: randomUUID(), createdAt: toDate(now) } },
        },
        include: { member: true, community: true },
      });
      return toAccount(row);
    },

    async noteCommunity(id, communityId) {
      await db.account.update({ where: { id }, data: { communityId } });
    },

    async change(id, settings) {
      await db.member.update({ where: { id }, data: settings });
    },

    async raiseBest(id, inARow) {
      await db.member.updateMany({ where: { id, bestInARow: { lt: inARow } }, data: { bestInARow: inARow } });
    },

    async zonePeriods(memberId) {
      const rows = await db.zonePeriod.findMany({ where: { memberId }, orderBy: { since: 'asc' } });
      return rows.map((row) => ({
        since: toInstant(row.since),
        zone: row.zone as ZoneId,
        dayEndsAt: row.dayEndsAt as ClockTime,
      }));
    },

    async addZonePeriod(memberId, { since, zone, dayEndsAt }) {
      const key = { memberId, since: toDate(since) };
      await db.zonePeriod.upsert({
        where: { memberId_since: key },
        create: { ...key, zone, dayEndsAt },
        update: { zone, dayEndsAt },
      });
    },

    async pauses(memberId) {
      const rows = await db.pause.findMany({ where: { memberId }, orderBy: { fromDay: 'asc' } });
      return rows.map(({ id, fromDay, untilDay }) => ({ id, from: fromDay as Day, until: untilDay as Day | null }));
    },

    async addPause(memberId, from, until) {
      await db.pause.create({ data: { id: randomUUID(), memberId, fromDay: from, untilDay: until } });
    },

    async changePause(memberId, { id, from, until }) {
      await db.pause.updateMany({ where: { id, memberId }, data: { fromDay: from, untilDay: until } });
    },

    async removePause(memberId, id) {
      await db.pause.deleteMany({ where: { id, memberId } });
    },
  };
}

function toAccount({
  id,
  member,
  community,
}: AccountRow & { member: MemberRow; community: CommunityRow | null }): Account {
  return {
    id: id as AccountId,
    member: toMember(member),
    community: community === null ? null : toCommunity(community),
  };
}

function toMember(row: MemberRow): Member {
  return {
    id: row.id as MemberId,
    zone: row.zone as ZoneId | null,
    dayEndsAt: row.dayEndsAt as ClockTime,
    country: row.country,
    ownWords: row.ownWords,
    plainMessages: row.plainMessages,
    keepsDetails: row.keepsDetails,
    bestInARow: row.bestInARow,
  };
}
