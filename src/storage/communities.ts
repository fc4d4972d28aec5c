import { randomUUID } from 'node:crypto';
import type { Communities } from '../core/communities/store.ts';
import type { CommunityId } from '../core/ids.ts';
import type { AccountRef, Community } from '../core/members/member.ts';
import type { ZoneId } from '../core/time.ts';
import type { Session } from './database.ts';
import type { Community as CommunityRow } from './generated/sqlite/client.ts';
import { confirmIdentity, sealIdentity } from './identity.ts';
import { toDate } from './instants.ts';

export function communities({ db, sealers }: Session): Communities {
  async function find(ref: AccountRef): Promise<Community | null> {
    const row = await db.community.findUnique({ where: { lookup: sealers.lookup('community', ref) } });
    if (row === null) return null;
    confirmIdentity(sealers.from(row), 'Community', row, ref);
    return toCommunity(row);
  }

  return {
    find,

    async change(ref, settings, now) {
      const there = await find(ref);
      if (there !== null) return toCommunity(await db.community.update({ where: { id: there.id }, data: settings }));
      const id = randomUUID();
      const { wrappedKey, sealer } = sealers.make(id);
      const named = { platform: ref.platform, lookup: sealers.lookup('community', ref) };
      const key = sealIdentity(sealer, 'Community', id, ref);
      const data = { id, ...named, key, wrappedKey, createdAt: toDate(now), ...settings };
      return toCommunity(await db.community.create({ data }));
    },
  };
}

export function toCommunity(row: CommunityRow): Community {
  return { id: row.id as CommunityId, zone: row.zone as ZoneId | null, country: row.country };
}
