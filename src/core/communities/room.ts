import { defineRoom } from '../conversation/room.ts';
import { communityActions, communityAlone, communityWithGroups } from './commands.ts';

export const communities = defineRoom({
  commands: ({ hasModeratorGroups }) => [hasModeratorGroups ? communityWithGroups : communityAlone],
  actions: communityActions,
  keeps: { communities: ['Community'] },
});
