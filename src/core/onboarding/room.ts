import { defineRoom } from '../conversation/room.ts';
import { firstRunActions, firstRunForms, start } from './first-run.ts';

export const onboarding = defineRoom({ commands: () => [start], actions: firstRunActions, forms: firstRunForms });
