import type { CommandSpec } from '../language/command.ts';
import type { Limits } from '../platform/platform.ts';
import type { Action, Command, CommandGroup, Form } from './define.ts';
import type { Rooms } from './store.ts';

type PlatformLimits = Pick<Limits, 'hasModeratorGroups'>;

/** One feature: what it answers and what it stores. `core/rooms.ts` lists them all. */
export interface Room {
  /** In the order of `/help`. `all`: the commands of every room, once they are known. */
  commands(limits: PlatformLimits, all: () => readonly CommandSpec[]): readonly (Command | CommandGroup)[];
  readonly actions: readonly Action[];
  readonly forms: readonly Form[];
  /** Its stores, each with the tables that it owns: see `RoomData`. */
  readonly keeps: { readonly [R in keyof Rooms]?: readonly string[] };
}

export function defineRoom(room: Partial<Room>): Room {
  return { commands: () => [], actions: [], forms: [], keeps: {}, ...room };
}

/** What the conversation itself stores: who asks, and what is needed to answer them. */
export const conversation = defineRoom({
  keeps: {
    drafts: ['Draft'],
    idempotency: ['HandledRequest'],
    adapterStates: ['PlatformState'],
    members: ['Member', 'Account', 'ZonePeriod', 'Pause'],
  },
});
