import type { Context } from '../conversation/context.ts';
import { type CommandGroup, defineCommand, defineCommandGroup, on } from '../conversation/define.ts';
import type { Outcome } from '../language/answer.ts';
import { channel, group, parsed } from '../language/field.ts';
import { actions, facts, heading, text, view } from '../language/view.ts';
import type { Communities } from '../members/community-store.ts';
import { countryName } from '../members/country.ts';
import type { Community } from '../members/member.ts';
import { aboutCountry, aboutZone } from '../members/where.ts';
import { cityOf } from '../members/zone.ts';
import type { Limits } from '../platform/platform.ts';
import { onlyManagers, postIn, postNowhere } from './buttons.ts';
import { checkedPlace, placeButtons, placed, placeFacts, placeIn, placeNotes, placesOf } from './places.ts';
import { stillOpen } from './setup.ts';

const defaults = { zone: parsed(aboutZone), country: parsed(aboutCountry) };
const places = {
  checkins: channel({ label: 'field.checkins', hint: 'hint.checkins' }),
  alerts: channel({ label: 'field.alerts', hint: 'hint.alerts' }),
};

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
  options: { ...defaults, moderators: group({ label: 'field.moderators', hint: 'hint.moderators' }), ...places },
  run: ({ options, ...context }) => changeChecked(context, options),
});

/** For a platform without groups that can be named. */
const setAlone = defineCommand({
  ...set,
  options: { ...defaults, ...places },
  run: ({ options, ...context }) => changeChecked(context, options),
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
type Given = { readonly [K in keyof Settings]?: Settings[K] | undefined } & Parameters<typeof placesOf>[0];

/** Sets everything that was given, or nothing if the bot may not post in one of the channels. */
async function changeChecked(context: Context, { checkins, alerts, ...options }: Given): Promise<Outcome> {
  const checked = await placesOf({ checkins, alerts }, context);
  return 'refusal' in checked ? checked.refusal : change(context, { ...given(options), ...checked.places });
}

function given({ zone, country, moderators }: Given): Settings {
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
  /** The channel comes from the token, which may be forged, so the platform is asked. */
  on(postIn, {
    link: { confirms: (words, posting) => words.text(`link.${posting}-there`) },
    role: 'moderator',
    answers: 'replace',
    async run({ args: [posting, channel, thread], ...context }) {
      const checked = await checkedPlace(posting, placeIn(channel, thread), context);
      return 'refusal' in checked ? checked.refusal : change(context, placed(posting, checked.place));
    },
  }),
  on(postNowhere, {
    link: { confirms: (words, posting) => words.text(`community.${posting}-nowhere`) },
    role: 'moderator',
    answers: 'replace',
    run: ({ args: [posting], ...context }) => change(context, placed(posting, null)),
  }),
];

function change(context: Context, settings: Settings): Promise<Outcome> {
  const { person, now, words, commit } = context;
  return commit(async (tx) => {
    const ref = person.communityRef;
    if (ref === null) throw new Error('A moderator was let through without a community');
    const changed = await tx.communities.change(ref, settings, now);
    const buttons = [
      changed.moderators === null ? null : onlyManagers.labelled(words.text('community.only-managers')),
      ...placeButtons(changed, context),
    ].filter((button) => button !== null);
    return view(
      heading(words.text('community.heading')),
      settingsOf(changed, context),
      text(words.text('community.what')),
      placeNotes(changed, words),
      stillOpen(changed, words),
      buttons.length === 0 ? null : actions(...buttons),
    );
  });
}

/** Does not show the group's identifier, because it means nothing to people. */
function settingsOf(community: Community, context: Context) {
  const { zone, country, moderators } = community;
  const { words } = context;
  const unset = words.text('settings.not-set');
  const who = moderators === null ? 'community.managers' : 'community.managers-and-group';
  return facts([
    [words.text('field.zone'), zone === null ? unset : cityOf(zone)],
    [words.text('field.country'), country === null ? unset : countryName(country, words.locale)],
    [words.text('field.moderators'), words.text(who)],
    ...placeFacts(community, context),
  ]);
}
