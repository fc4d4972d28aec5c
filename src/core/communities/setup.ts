import { type Block, heading, list, small, text, type View, view } from '../language/view.ts';
import type { Words } from '../language/words/words.ts';
import type { CommunityDefaults } from '../members/member.ts';
import type { Limits } from '../platform/platform.ts';

type Settings = Pick<CommunityDefaults, 'zone' | 'country'>;

/** What to set up: ten minutes of someone's time, once. Shown only to the person who installed the bot. */
export function checklistIn(words: Words, { hasModeratorGroups }: Pick<Limits, 'hasModeratorGroups'>): View {
  return view(
    heading(words.text('setup.heading')),
    text(words.text('setup.what')),
    list(
      [
        ...openSteps({ zone: null, country: null }, words),
        ...(hasModeratorGroups ? [words.text('setup.moderators')] : []),
        words.text('setup.try'),
        words.text('setup.tell'),
        words.text('setup.who-sees'),
      ],
      true,
    ),
    small(words.text('setup.again')),
  );
}

/** Shown to everyone in a new community. */
export function lineIn(words: Words): View {
  return view(text(words.text('setup.line')));
}

/** The settings still missing that only a moderator can set; empty if all are set. */
export function stillOpen(settings: Settings, words: Words): readonly Block[] {
  const steps = openSteps(settings, words);
  return steps.length === 0 ? [] : [text(words.text('setup.still-open')), list(steps, true)];
}

function openSteps({ zone, country }: Settings, words: Words): readonly string[] {
  return [
    ...(zone === null ? [words.text('setup.zone')] : []),
    ...(country === null ? [words.text('setup.country')] : []),
  ];
}
