import type { Context } from '../conversation/context.ts';
import { type CommandGroup, defineCommand, defineCommandGroup, on } from '../conversation/define.ts';
import type { Outcome } from '../language/answer.ts';
import { group, parsed } from '../language/field.ts';
import { actions, facts, heading, text, view } from '../language/view.ts';
import type { Words } from '../language/words/words.ts';
import type { Communities } from '../members/community-store.ts';
import { countryName } from '../members/country.ts';
import type { Community } from '../members/member.ts';
import { aboutCountry, aboutZone } from '../members/where.ts';
import { cityOf } from '../members/zone.ts';
import type { Limits } from '../platform/platform.ts';
import { onlyManagers } from './buttons.ts';
import { stillOpen } from './setup.ts';

const defaults = { zone: parsed(aboutZone), country: parsed(aboutCountry) };

const show = defineCommand({
  name: 'show',
  summary: 'command.community-show',
  role: 'moderator',
  options: {},
  run: (context) => change(context, {}),
});

const set = { name: 'set', summary: 'command.community-set', role: 'moderator' } as const;

const setWithGroups = defineCommand({
  ...set,
  options: { ...defaults, moderators: group({ label: 'field.moderators', hint: 'hint.moderators' }) },
  run: ({ options, ...context }) => change(context, given(options)),
});

/** For a platform without groups that can be named. */
const setAlone = defineCommand({
  ...set,
  options: defaults,
  run: ({ options, ...context }) => change(context, given(options)),
});

/** Sets a community's defaults, which apply until members set their own, and who else may change them. */
export function communityCommand({ hasModeratorGroups }: Pick<Limits, 'hasModeratorGroups'>): CommandGroup {
  const setting = hasModeratorGroups ? setWithGroups : setAlone;
  // `otherwise` makes "/community zone:Chicago" work without "set".
  return defineCommandGroup({
    name: 'community',
    summary: 'command.community',
    subcommands: [show, setting],
    otherwise: setting,
  });
}

type Settings = Parameters<Communities['change']>[1];

function given({ zone, country, moderators }: { [K in keyof Settings]?: Settings[K] | undefined }): Settings {
  return {
    ...(zone === undefined ? {} : { zone }),
    ...(country === undefined ? {} : { country }),
    ...(moderators === undefined ? {} : { moderators }),
  };
}

export const communityActions = [
  /** Removes the moderator group, because nobody can type "none" into a role menu. */
  on(onlyManagers, {
    link: { confirms: (words) => words.text('link.only-managers') },
    role: 'moderator',
    answers: 'replace',
    run: (context) => change(context, { moderators: null }),
  }),
];

function change({ person, now, words, commit }: Context, settings: Settings): Promise<Outcome> {
  return commit(async (tx) => {
    const ref = person.communityRef;
    if (ref === null) throw new Error('A moderator was let through without a community');
    const changed = await tx.communities.change(ref, settings, now);
    return view(
      heading(words.text('community.heading')),
      settingsOf(changed, words),
      text(words.text('community.what')),
      stillOpen(changed, words),
      changed.moderators === null ? null : actions(onlyManagers.labelled(words.text('community.only-managers'))),
    );
  });
}

/** Does not show the group's identifier, because it means nothing to people. */
function settingsOf({ zone, country, moderators }: Community, words: Words) {
  const unset = words.text('settings.not-set');
  const who = moderators === null ? 'community.managers' : 'community.managers-and-group';
  return facts([
    [words.text('field.zone'), zone === null ? unset : cityOf(zone)],
    [words.text('field.country'), country === null ? unset : countryName(country, words.locale)],
    [words.text('field.moderators'), words.text(who)],
  ]);
}
