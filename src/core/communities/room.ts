import { defineRoom } from '../conversation/room.ts';
import { communityActions, communityCommand } from './commands.ts';
import { checklistGreeting, lineGreeting } from './greeting.ts';

export const communities = defineRoom({
  commands: (limits) => [communityCommand(limits)],
  actions: communityActions,
  templates: [checklistGreeting, lineGreeting],
  keeps: { communities: ['Community'] },
});
