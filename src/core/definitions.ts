import { checkInActions, checkInForms, checkin, progress } from './checkins/commands.ts';
import { communityActions, communityAlone, communityWithGroups } from './communities/commands.ts';
import type { Command } from './conversation/define.ts';
import type { Definitions } from './conversation/inbox.ts';
import { cope, copingActions, craving } from './coping/commands.ts';
import type { Content } from './deps.ts';
import { helpCommand, helpOnlyView, menuView } from './help/commands.ts';
import { today } from './help/today.ts';
import { meetingActions, meetings } from './meetings/commands.ts';
import { settings, settingsActions, settingsForms } from './members/settings.ts';
import { firstRunActions, firstRunForms, start } from './onboarding/first-run.ts';
import type { Limits } from './platform/platform.ts';
import { safetyActions, sos } from './safety/commands.ts';
import { floorView } from './safety/floor.ts';

/** Every command, in the order in which `/help` lists them. A new one is a line here. */
function commandsOn({ hasModeratorGroups }: Pick<Limits, 'hasModeratorGroups'>): readonly Command[] {
  const commands: readonly Command[] = [
    sos,
    checkin,
    craving,
    cope,
    meetings,
    progress,
    settings,
    start,
    hasModeratorGroups ? communityWithGroups : communityAlone,
    helpCommand(() => commands),
  ];
  return commands;
}

/** Everything that can be asked of the bot, on a platform with these limits. */
export function definitionsOver(
  content: Content,
  limits: Pick<Limits, 'hasModeratorGroups'> = { hasModeratorGroups: true },
): Definitions {
  return {
    commands: commandsOn(limits),
    actions: [
      ...safetyActions,
      ...checkInActions,
      ...copingActions,
      ...meetingActions,
      ...firstRunActions,
      ...settingsActions,
      ...communityActions,
      today([progress, meetings]),
    ],
    forms: [...checkInForms, ...firstRunForms, ...settingsForms],
    menu: menuView,
    helpOnly: (words, person) => helpOnlyView(words, person, { content }),
    floor: ({ country }) => floorView(country, content.helplines),
  };
}
