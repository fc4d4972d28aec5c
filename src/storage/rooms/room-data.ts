import type { RoomData } from '../../core/conversation/room-data.ts';

// For the stores that have nothing of one kind to export, erase, join or sweep: they say so, each by name.

export const nothingOfMembers: Pick<RoomData, 'exportOf' | 'erase' | 'join'> = {
  exportOf: async function* () {},
  erase: async () => {},
  join: async () => {},
};

export const nothingOfCommunities: Pick<RoomData, 'eraseCommunity'> = { eraseCommunity: async () => {} };

export const nothingExpires: Pick<RoomData, 'sweep'> = { sweep: async () => 0 };

/** How many rows are exported, or sealed again, at a time. */
export const rowsAtOnce = 500;

/** All rows in the order of `read`, which gives those after the last one that was read, `rowsAtOnce` at most. */
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
