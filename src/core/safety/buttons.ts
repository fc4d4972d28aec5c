import { button } from '../language/button.ts';
import type { ActionButton } from '../language/view.ts';
import type { Words } from '../language/words/words.ts';
import { countryCode } from '../members/country.ts';

export const helpNow = button('sos', []);
export const toAPerson = button('person', []);
export const chooseCountry = button('sos.where', [countryCode]);

export function getHelpNow(words: Words): ActionButton {
  return helpNow.labelled(words.text('door.help-now'));
}

export function aPerson(words: Words): ActionButton {
  return toAPerson.labelled(words.text('door.person'));
}
