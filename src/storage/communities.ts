import { randomUUID } from 'node:crypto';
import type { Communities } from '../core/communities/store.ts';
import type { CommunityId } from '../core/ids.ts';
import type { Community } from '../core/members/member.ts';
import type { Cell } from '../core/ports.ts';
import type { ZoneId } from '../core/time.ts';
import type { Session } from './database.ts';
import type { Community as CommunityRow } from './generated/sqlite/client.ts';
import { toDate } from './instants.ts';
import { confirm } from './sealers.ts';

export function communities({ db, sealers }: Session): Communities {
  return {
    async find({ platform, key }) {
      const row = await db.community.findUnique({ where: { lookup: sealers.lookup('community', platform, key) } });
      if (row === null) return null;
      confirm(sealers.from(row), keyCell(row.id), row.key, key);
      return toCommunity(row);
    },

    async change({ platform, key }, settings, now) {
      const id = randomUUID();
      const lookup = sealers.lookup('community', platform, key);
      const { wrappedKey, sealer } = sealers.make(id);
      const made = { id, platform, lookup, wrappedKey, key: sealer.seal(keyCell(id), key), createdAt: toDate(now) };
      const row = await db.community.upsert({ where: { lookup }, create: { ...made, ...settings }, update: settings });
      return toCommunity(row);
    },
  };
}

export function toCommunity(row: CommunityRow): Community {
  return { id: row.id as CommunityId, zone: row.zone as ZoneId | null, country: row.country };
}

function keyCell(row: string): Cell {
  return { table: 'Community', column: 'key', row };
}
