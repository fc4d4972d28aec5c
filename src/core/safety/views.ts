import { cravingNow } from '../coping/buttons.ts';
import {
  actions,
  type Block,
  bold,
  heading,
  link,
  list,
  plain,
  small,
  type Text,
  text,
  type View,
  view,
} from '../language/view.ts';
import type { Words } from '../language/words/words.ts';
import { aMeeting } from '../meetings/buttons.ts';
import { findAHelpline } from './floor.ts';
import type { CountryHelp, Helpline } from './helplines.ts';

/**
 * Who to call now: the emergency number first, then people to talk to. Uses only content, because it must work without
 * a database. `country` null: unknown country.
 */
export function sosView(help: CountryHelp | undefined, countryName: string | null, choose: Block, words: Words): View {
  return view(
    heading(words.text('sos.heading')),
    help === undefined ? text(words.rich('sos.emergency-anywhere')) : text(emergencyLine(help, words)),
    help === undefined ? null : text(words.text('sos.lines', { country: countryName ?? '' })),
    help === undefined ? null : list(help.lines.map((line) => lineText(line, words))),
    text(words.rich('sos.elsewhere', { link: link(findAHelpline.name, findAHelpline.href) })),
    text(words.text('sos.together')),
    actions(cravingNow(words), aMeeting(words)),
    choose,
    help?.lines.some(({ verifiedAt }) => verifiedAt === null) === true ? small(words.text('sos.unverified')) : null,
  );
}

function emergencyLine({ emergency }: CountryHelp, words: Words): Text {
  return words.rich('sos.emergency', { numbers: bold(emergency.map(({ display }) => display).join(' / ')) });
}

function lineText(line: Helpline, words: Words): Text {
  const ways = [line.phone?.display, line.text?.display].filter((way) => way !== undefined);
  const hours = line.hours === '24/7' ? words.text('sos.always-open') : line.hours;
  return [
    bold(line.name),
    plain(`: ${[ways.join(words.text('sos.or')), hours].filter((part) => part !== '').join(', ')}. ${line.what} `),
    ...(line.chat === undefined ? [] : [link(words.text('sos.chat'), line.chat), plain(' ')]),
    ...(line.verifiedAt === null ? words.rich('sos.check', { link: link(host(line.source), line.source) }) : []),
  ];
}

function host(url: string): string {
  return new URL(url).host.replace(/^www\./, '');
}
