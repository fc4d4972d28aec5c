import type { RoomData } from '../../core/conversation/room-data.ts';
import type { MemberId } from '../../core/values/ids.ts';
import type { Session } from '../database.ts';
import type { Cell } from '../sealing/sealer.ts';

// Empty operations for stores that have nothing to export, erase, join or sweep; each store names them explicitly.

export const nothingOfMembers: Pick<RoomData, 'exportOf' | 'erase' | 'join'> = {
  exportOf: async function* () {},
  erase: async () => {},
  join: async () => {},
};

export const nothingOfCommunities: Pick<RoomData, 'eraseCommunity'> = { eraseCommunity: async () => {} };

export const nothingExpires: Pick<RoomData, 'sweep'> = { sweep: async () => 0 };

/** How many rows are exported, or encrypted again, at a time. */
export const rowsAtOnce = 500;

/** Reads all rows in batches. `read` returns at most `rowsAtOnce` rows after the last one. */
export async function* inBatches<Row>(
  read: (last: Row | undefined) => Promise<readonly Row[]>,
): AsyncIterable<readonly Row[]> {
  let last: Row | undefined;
  for (;;) {
    const rows = await read(last);
    if (rows.length > 0) yield rows;
    last = rows.at(-1);
    if (rows.length < rowsAtOnce) return;
  }
}

/** Decrypts a value with the key of `from` and encrypts it with the key of `into`. */
export async function resealing(
  { db, sealers }: Pick<Session, 'db' | 'sealers'>,
  from: MemberId,
  into: MemberId,
): Promise<(cell: Cell, sealed: Uint8Array) => Uint8Array<ArrayBuffer>> {
  const [before, after] = [await sealers.ofMember(db, from), await sealers.ofMember(db, into)];
  return (cell, sealed) => after.seal(cell, before.open(cell, sealed));
}
