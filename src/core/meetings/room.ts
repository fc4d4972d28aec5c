import { defineRoom } from '../conversation/room.ts';
import { meetingActions, meetings as meetingsCommand } from './commands.ts';

export const meetings = defineRoom({
  commands: () => [meetingsCommand],
  actions: meetingActions,
  keeps: { meetings: ['Feed', 'Meeting'] },
});
