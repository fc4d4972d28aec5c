import { defineRoom } from '../conversation/room.ts';
import { communityActions, communityCommand } from './commands.ts';

export const communities = defineRoom({
  commands: (limits) => [communityCommand(limits)],
  actions: communityActions,
  keeps: { communities: ['Community'] },
});
