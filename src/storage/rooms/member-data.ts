import type { ExportedRows } from '../../core/conversation/room-data.ts';
import type { MemberId } from '../../core/values/ids.ts';
import type { Session } from '../database.ts';
import { openIdentity, sealIdentity } from '../sealing/identity.ts';
import { ownWordsCell } from './accounts.ts';

/** Exports what the members' store holds: the member, their accounts, zones and pauses. */
export async function* exportMember({ db, sealers }: Session, id: MemberId): AsyncIterable<ExportedRows> {
  const member = await db.member.findUnique({
    where: { id },
    include: { accounts: true, zonePeriods: true, pauses: true },
  });
  if (member === null) return;
  const sealer = sealers.from(member);
  const { zone, dayEndsAt, country, ownWords, plainMessages, keepsDetails, keepsRatings, bestInARow } = member;
  const settings = { zone, dayEndsAt, country, plainMessages, keepsDetails, keepsRatings, bestInARow };
  const words = ownWords === null ? null : sealer.open(ownWordsCell(id), ownWords);
  const createdAt = member.createdAt.toISOString();
  yield { table: 'Member', rows: [{ createdAt, ...settings, ownWords: words }] };
  const { accounts, zonePeriods, pauses } = member;
  yield {
    table: 'Account',
    rows: accounts.map((account) => ({
      platform: account.platform,
      key: openIdentity(sealer, 'Account', account),
      locale: account.locale,
      zone: account.zone,
    })),
  };
  const periods = zonePeriods.map((period) => ({
    since: period.since.toISOString(),
    zone: period.zone,
    dayEndsAt: period.dayEndsAt,
  }));
  if (periods.length > 0) yield { table: 'ZonePeriod', rows: periods };
  const days = pauses.map(({ fromDay, untilDay }) => ({ fromDay, untilDay }));
  if (days.length > 0) yield { table: 'Pause', rows: days };
}

/**
 * Merges `from` into `into`: the values of `into` win, but a no to consent wins, and so does the longer best streak.
 * The days of `from` keep their dates, and the zones that it lived by are deleted with it.
 */
export async function joinMembers({ db, sealers }: Session, from: MemberId, into: MemberId): Promise<void> {
  const [gone, stays] = await Promise.all([
    db.member.findUniqueOrThrow({ where: { id: from }, include: { accounts: true } }),
    db.member.findUniqueOrThrow({ where: { id: into } }),
  ]);
  const [before, after] = [sealers.from(gone), sealers.from(stays)];
  for (const account of gone.accounts) {
    const { id, platform } = account;
    const key = sealIdentity(after, 'Account', id, { platform, key: openIdentity(before, 'Account', account) });
    await db.account.update({ where: { id }, data: { memberId: into, key } });
  }
  await db.pause.updateMany({ where: { memberId: from }, data: { memberId: into } });
  const words = gone.ownWords === null ? null : before.open(ownWordsCell(from), gone.ownWords);
  await db.member.update({
    where: { id: into },
    data: {
      createdAt: gone.createdAt < stays.createdAt ? gone.createdAt : stays.createdAt,
      zone: stays.zone ?? gone.zone,
      country: stays.country ?? gone.country,
      ownWords: stays.ownWords ?? (words === null ? null : after.seal(ownWordsCell(into), words)),
      plainMessages: stays.plainMessages || gone.plainMessages,
      keepsDetails: bothAgree(stays.keepsDetails, gone.keepsDetails),
      keepsRatings: bothAgree(stays.keepsRatings, gone.keepsRatings),
      bestInARow: Math.max(stays.bestInARow, gone.bestInARow),
      foldedThrough: null,
      foldedStreak: null,
    },
  });
  await db.member.delete({ where: { id: from } });
}

/** null: not asked yet. */
function bothAgree(one: boolean | null, other: boolean | null): boolean | null {
  return one === null || other === null ? (one ?? other) : one && other;
}
