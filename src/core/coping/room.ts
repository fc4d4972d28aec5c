import { defineRoom } from '../conversation/room.ts';
import { cope, copingActions, craving } from './commands.ts';

export const coping = defineRoom({
  commands: () => [craving, cope],
  actions: copingActions,
  keeps: { coping: ['CopingSession'] },
});
