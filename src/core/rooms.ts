import { checkIns } from './checkins/room.ts';
import { communities } from './communities/room.ts';
import { consent } from './consent/room.ts';
import type { Content } from './conversation/context.ts';
import type { Definitions } from './conversation/definitions.ts';
import { conversation, type Room } from './conversation/room.ts';
import type { Rooms } from './conversation/store.ts';
import { coping } from './coping/room.ts';
import { helpOnlyView, menuView } from './help/commands.ts';
import { help } from './help/room.ts';
import { jobs } from './jobs/room.ts';
import { meetings } from './meetings/room.ts';
import { onboarding } from './onboarding/room.ts';
import { outbox } from './outbox/room.ts';
import type { Limits } from './platform/platform.ts';
import { helpIn } from './safety/commands.ts';
import { floorView } from './safety/floor.ts';
import { safety } from './safety/room.ts';
import { settings } from './settings/room.ts';

/** Every room, in the order of `/help`. A new room is a line here. */
export const rooms: readonly Room[] = [
  safety,
  coping,
  checkIns,
  meetings,
  settings,
  onboarding,
  communities,
  consent,
  help,
  outbox,
  jobs,
  conversation,
];

/** The stores of all rooms; the members come last, as `RoomData` requires. */
export const storeNames = rooms.flatMap(({ keeps }) => Object.keys(keeps)) as readonly (keyof Rooms)[];

/** Every kind of message that the bot sends by itself. */
export const templates = rooms.flatMap((room) => room.templates ?? []);

/** Returns everything that a user can ask on a platform with these limits. */
export function definitionsOver(
  content: Content,
  limits: Pick<Limits, 'hasModeratorGroups'> = { hasModeratorGroups: true },
): Definitions {
  const commands: Definitions['commands'] = rooms.flatMap((room) => room.commands(limits, () => commands));
  return {
    commands,
    actions: rooms.flatMap(({ actions }) => actions),
    forms: rooms.flatMap(({ forms }) => forms),
    // The screen is not built yet.
    screen: () => null,
    helpFor: (_, words, person) => helpIn(person.country, { content }, words),
    menu: menuView,
    helpOnly: (words, person) => helpOnlyView(words, person, { content }),
    floor: ({ country }) => floorView(country, content.helplines),
  };
}
