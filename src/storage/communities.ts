import { randomUUID } from 'node:crypto';
import type { Communities } from '../core/communities/store.ts';
import type { CommunityId } from '../core/ids.ts';
import type { Community } from '../core/members/member.ts';
import type { ZoneId } from '../core/time.ts';
import type { Community as CommunityRow } from './generated/sqlite/client.ts';
import { toDate } from './instants.ts';
import type { Db } from './storage.ts';

export function communities(db: Db): Communities {
  return {
    async find({ platform, key }) {
      const row = await db.community.findUnique({ where: { platform_key: { platform, key } } });
      return row === null ? null : toCommunity(row);
    },

    async change({ platform, key }, settings, now) {
      const row = await db.community.upsert({
        where: { platform_key: { platform, key } },
        create: { id: randomUUID(), platform, key, createdAt: toDate(now), ...settings },
        update: settings,
      });
      return toCommunity(row);
    },
  };
}

export function toCommunity(row: CommunityRow): Community {
  return { id: row.id as CommunityId, zone: row.zone as ZoneId | null, country: row.country };
}
