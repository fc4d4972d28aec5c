import { randomUUID } from 'node:crypto';
import type { StoreWrites } from '../../core/conversation/store.ts';
import type { Session } from '../database.ts';
import type { PlatformState } from '../generated/sqlite/client.ts';
import { toDate } from '../instants.ts';
import { openIdentity, sealIdentity } from '../sealing/identity.ts';
import { readable } from '../sealing/readable.ts';
import type { Cell } from '../sealing/sealer.ts';
import { nothingExpires, nothingOfCommunities, nothingOfMembers } from './room-data.ts';

/** Contains no member data. An adapter deletes the state of a community itself. */
export function adapterStates({ db, sealers }: Session): StoreWrites['adapterStates'] {
  function open(row: PlatformState) {
    const sealer = sealers.inPassing(row);
    return { key: openIdentity(sealer, 'PlatformState', row), text: sealer.open(textCell(row.id), row.text) };
  }

  return {
    async all(platform) {
      const rows = await db.platformState.findMany({ where: { platform } });
      return rows.flatMap((row) => readable(() => open(row)) ?? []);
    },

    async put(ref, text, now) {
      const lookup = sealers.lookup('state', ref);
      // Creates a new row with a new key, so that a revoked token is deleted with its key.
      await db.platformState.deleteMany({ where: { lookup } });
      const id = randomUUID();
      const { wrappedKey, sealer } = sealers.make(id);
      const key = sealIdentity(sealer, 'PlatformState', id, ref);
      const sealed = { wrappedKey, key, text: sealer.seal(textCell(id), text) };
      await db.platformState.create({ data: { id, platform: ref.platform, lookup, ...sealed, keptAt: toDate(now) } });
    },

    async remove(ref) {
      await db.platformState.deleteMany({ where: { lookup: sealers.lookup('state', ref) } });
    },

    ...nothingOfMembers,
    ...nothingOfCommunities,
    ...nothingExpires,
  };
}

function textCell(row: string): Cell {
  return { table: 'PlatformState', column: 'text', row };
}
