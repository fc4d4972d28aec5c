import type { Deps } from '../conversation/context.ts';
import { bold, link, list, plain, small, text, type View, view } from '../language/view.ts';
import { countryHelp, type Helplines } from './helplines.ts';

// These words are in code, in English, because they are shown when the words of content/ cannot be.
const inDanger = 'If a life is in danger now, call ';
const anywhere = '112 / 911 / 999, or the emergency number of your country';
const toTalkTo = 'People to talk to:';
const elsewhere = 'Lines in nearly every country: ';
const why = 'Something went wrong on my side, so this is all that I can show you now.';

/** Lists helplines in nearly every country; shown beside ours, and where we have none. */
export const findAHelpline = { name: 'findahelpline.com', href: 'https://findahelpline.com' } as const;

/**
 * Who to call, from the helpline data alone: shown when the help page itself fails. It uses no `Words`, no database and
 * nothing that can throw.
 * @param country ISO 3166-1 alpha-2; null, or one without helplines: the numbers that work in most countries
 */
export function floorView(country: string | null, helplines: Helplines): View {
  const help = countryHelp(helplines, country);
  const emergency = help?.emergency.map(({ display }) => display).join(' / ') ?? anywhere;
  const lines = (help?.lines ?? [])
    .filter(({ purpose }) => purpose === 'crisis')
    .map(({ name, phone, text: sms }) => `${name}: ${[phone?.display, sms?.display].filter(Boolean).join(' / ')}`);
  return view(
    text([plain(inDanger), bold(emergency), plain('.')]),
    lines.length === 0 ? null : [text(toTalkTo), list(lines)],
    text([plain(elsewhere), link(findAHelpline.name, findAHelpline.href)]),
    small(why),
  );
}

/** Returns the help page, or if that fails, only the numbers. The failure is logged. */
export function orFloor(
  country: string | null,
  { content, log }: Pick<Deps, 'content' | 'log'>,
  page: () => View,
): View {
  try {
    return page();
  } catch (error) {
    log.error('a page of help failed', { error });
    return floorView(country, content.helplines);
  }
}
