import { progress } from '../checkins/commands.ts';
import { defineRoom } from '../conversation/room.ts';
import { meetings } from '../meetings/commands.ts';
import { helpCommand } from './commands.ts';
import { showToday } from './today.ts';

export const help = defineRoom({
  commands: (_, all) => [helpCommand(all)],
  actions: [showToday([progress, meetings])],
});
