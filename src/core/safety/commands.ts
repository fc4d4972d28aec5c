import type { Context, Deps } from '../conversation/context.ts';
import { defineCommand, on } from '../conversation/define.ts';
import { parsed } from '../language/field.ts';
import type { Block, View } from '../language/view.ts';
import type { Words } from '../language/words/words.ts';
import { countryName } from '../members/country.ts';
import { aboutCountry } from '../members/where.ts';
import { chooseCountry, helpNow, toAPerson } from './buttons.ts';
import { orFloor } from './floor.ts';
import { countryHelp } from './helplines.ts';
import { sosView } from './views.ts';

/** Shows who to call now, without the database and without a question first. */
export const sos = defineCommand({
  name: 'sos',
  summary: 'command.sos',
  needsStorage: false,
  urgency: 'help',
  keepsIn: 'both',
  options: {
    country: parsed(aboutCountry),
  },
  run: async (context, deps) => helpFor(context, deps, context.options.country ?? context.person.country),
});

export const safetyActions = [
  on(helpNow, {
    link: 'opens',
    needsStorage: false,
    urgency: 'help',
    keepsIn: 'both',
    run: async (context, deps) => helpFor(context, deps, context.person.country),
  }),
  on(toAPerson, {
    link: 'opens',
    needsStorage: false,
    urgency: 'help',
    keepsIn: 'both',
    run: async (context, deps) => helpFor(context, deps, context.person.country),
  }),
  on(chooseCountry, {
    link: 'opens',
    answers: 'replace',
    needsStorage: false,
    urgency: 'help',
    keepsIn: 'both',
    run: async (context, deps) => helpFor(context, deps, context.args[0]),
  }),
];

function helpFor({ words }: Context, deps: Deps, country: string | null): View {
  return orFloor(country, deps, () => helpIn(country, deps, words));
}

/** Needs no person, because some answers are prepared before anyone asks. */
export function helpIn(country: string | null, { content }: Pick<Deps, 'content'>, words: Words): View {
  const help = countryHelp(content.helplines, country);
  const others: Block = {
    kind: 'choice',
    label: words.text('sos.choose-country'),
    options: Object.keys(content.helplines)
      .filter((code) => code !== country)
      .map((code) => chooseCountry.labelled(countryName(code, words.locale), code)),
  };
  return sosView(help, country === null ? null : countryName(country, words.locale), others, words);
}
