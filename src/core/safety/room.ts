import { defineRoom } from '../conversation/room.ts';
import { safetyActions, sos } from './commands.ts';

export const safety = defineRoom({ commands: () => [sos], actions: safetyActions });
