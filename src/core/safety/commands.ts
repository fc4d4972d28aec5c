import { type Asking, defineAction, defineCommand } from '../conversation/command.ts';
import { parsed } from '../conversation/field.ts';
import type { Block, View } from '../conversation/view.ts';
import type { Deps } from '../deps.ts';
import { routes } from '../doors.ts';
import { countryCode, countryName } from '../members/country.ts';
import { aboutCountry } from '../members/where.ts';
import type { Words } from '../words/words.ts';
import { orFloor } from './floor.ts';
import { countryHelp } from './helplines.ts';
import { sosView } from './views.ts';

/** Who to call now. Answers without the database, and asks nothing first. */
export const sos = defineCommand({
  name: 'sos',
  summary: 'command.sos',
  inHelpOnly: true,
  urgency: 'help',
  stays: 'both',
  options: {
    country: parsed(aboutCountry),
  },
  run: async (asking, deps) => helpFor(asking, deps, asking.options.country ?? asking.person.country),
});

const helpNowDoor = defineAction({
  route: routes.helpNow,
  args: [],
  link: 'opens',
  inHelpOnly: true,
  urgency: 'help',
  stays: 'both',
  run: async (asking, deps) => helpFor(asking, deps, asking.person.country),
});

const personDoor = defineAction({
  route: routes.person,
  args: [],
  link: 'opens',
  inHelpOnly: true,
  urgency: 'help',
  stays: 'both',
  run: async (asking, deps) => helpFor(asking, deps, asking.person.country),
});

const chooseCountry = defineAction({
  route: 'sos.where',
  args: [countryCode],
  link: 'opens',
  answers: 'replace',
  inHelpOnly: true,
  urgency: 'help',
  stays: 'both',
  run: async (asking, deps) => helpFor(asking, deps, asking.args[0]),
});

export const safetyActions = [helpNowDoor, personDoor, chooseCountry];

function helpFor({ words }: Asking, deps: Deps, country: string | null): View {
  return orFloor(country, deps, () => helpIn(country, deps, words));
}

/** Without an asker: for the answers that are prepared before anyone asks. */
export function helpIn(country: string | null, { content }: Pick<Deps, 'content'>, words: Words): View {
  const help = countryHelp(content.helplines, country);
  const others: Block = {
    kind: 'choice',
    label: words.text('sos.choose-country'),
    options: Object.keys(content.helplines)
      .filter((code) => code !== country)
      .map((code) => chooseCountry.button(countryName(code, words.locale), code)),
  };
  return sosView(help, country === null ? null : countryName(country, words.locale), others, words);
}
