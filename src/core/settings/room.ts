import { defineRoom } from '../conversation/room.ts';
import { settingsActions, settings as settingsCommand, settingsForms } from './commands.ts';

export const settings = defineRoom({
  commands: () => [settingsCommand],
  actions: settingsActions,
  forms: settingsForms,
});
