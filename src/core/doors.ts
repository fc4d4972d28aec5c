import { writeToken } from './language/token.ts';
import type { ActionButton } from './language/view.ts';
import type { Words } from './language/words/words.ts';

/**
 * The ways from any room into another, so that no room imports another for a button. Each route is answered by the action
 * of that name in its room; a test follows every door.
 */
export const routes = {
  cope: 'cope',
  helpNow: 'sos',
  person: 'person',
  meetings: 'meet',
  checkIn: 'ci',
  keepDetails: 'fr.keep',
  today: 'today',
} as const;

export function cravingNow(words: Words): ActionButton {
  return { kind: 'action', label: words.text('door.craving'), token: writeToken(routes.cope, ['craving']) };
}

export function someStrategy(words: Words): ActionButton {
  return { kind: 'action', label: words.text('door.strategy'), token: writeToken(routes.cope, ['']) };
}

export function aPerson(words: Words): ActionButton {
  return { kind: 'action', label: words.text('door.person'), token: writeToken(routes.person, []) };
}

export function getHelpNow(words: Words): ActionButton {
  return { kind: 'action', label: words.text('door.help-now'), token: writeToken(routes.helpNow, []) };
}

export function aMeeting(words: Words): ActionButton {
  return { kind: 'action', label: words.text('door.meeting'), token: writeToken(routes.meetings, []) };
}

export function checkInNow(words: Words): ActionButton {
  return { kind: 'action', label: words.text('door.check-in'), token: writeToken(routes.checkIn, []) };
}

/** The answer to "may what I told you be kept?". */
export function keepDetails(words: Words, answer: 'yes' | 'no' | 'skip'): ActionButton {
  const label = words.text(`keep.${answer}`);
  return { kind: 'action', label, token: writeToken(routes.keepDetails, [answer]) };
}
