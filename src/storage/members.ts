import { randomUUID } from 'node:crypto';
import type { AccountId, MemberId } from '../core/ids.ts';
import type { Account, AccountRef, Member } from '../core/members/member.ts';
import type { Members } from '../core/members/store.ts';
import { periodsMax } from '../core/members/zone-periods.ts';
import type { Cell, Sealer } from '../core/ports.ts';
import type { ClockTime, Day, ZoneId } from '../core/time.ts';
import { toDefaults } from './communities.ts';
import type { Session } from './database.ts';
import type { Member as MemberRow } from './generated/sqlite/client.ts';
import { sealerOfAccount, sealIdentity } from './identity.ts';
import { toDate, toInstant } from './instants.ts';

export function members({ db, sealers, lockMemberOf }: Session): Members {
  async function find(ref: AccountRef): Promise<Account | null> {
    const lookup = sealers.lookup('account', ref);
    await lockMemberOf(lookup);
    const row = await db.account.findUnique({ where: { lookup }, include: { member: true, community: true } });
    if (row === null) return null;
    return {
      id: row.id as AccountId,
      member: toMember(row.member, sealerOfAccount(sealers, row, ref)),
      community: row.community === null ? null : toDefaults(row.community),
    };
  }

  return {
    find,

    async ensure(ref, now) {
      const there = await find(ref);
      if (there !== null) return there;
      const [id, memberId] = [randomUUID(), randomUUID()];
      const { wrappedKey, sealer } = sealers.make(memberId);
      const member = await db.member.create({ data: { id: memberId, wrappedKey, createdAt: toDate(now) } });
      const named = { platform: ref.platform, lookup: sealers.lookup('account', ref) };
      await db.account.create({ data: { id, ...named, key: sealIdentity(sealer, 'Account', id, ref), memberId } });
      return { id: id as string as AccountId, member: toMember(member, sealer), community: null };
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

    async zonePeriods(memberId) {
      const rows = await db.zonePeriod.findMany({ where: { memberId }, orderBy: { since: 'desc' }, take: periodsMax });
      return rows.toReversed().map((row) => ({
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
    },

    async changePause(memberId, { id, from, until }) {
      await db.pause.updateMany({ where: { id, memberId }, data: { fromDay: from, untilDay: until } });
    },

    async removePause(memberId, id) {
      await db.pause.deleteMany({ where: { id, memberId } });
    },
  };
}

function toMember(row: MemberRow, sealer: Sealer): Member {
  return {
    id: row.id as MemberId,
    zone: row.zone as ZoneId | null,
    dayEndsAt: row.dayEndsAt as ClockTime,
    country: row.country,
    ownWords: row.ownWords === null ? null : sealer.open(ownWordsCell(row.id), row.ownWords),
    plainMessages: row.plainMessages,
    keepsDetails: row.keepsDetails,
    bestInARow: row.bestInARow,
  };
}

function ownWordsCell(row: string): Cell {
  return { table: 'Member', column: 'ownWords', row };
}
