import { defineRoom } from '../conversation/room.ts';
import { checkInActions, checkInForms, checkin, progress } from './commands.ts';

export const checkIns = defineRoom({
  commands: () => [checkin, progress],
  actions: checkInActions,
  forms: checkInForms,
  keeps: { checkIns: ['CheckIn'] },
});
