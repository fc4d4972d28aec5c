import { button } from '../language/button.ts';
import type { ActionButton } from '../language/view.ts';
import type { Words } from '../language/words/words.ts';

export const soonest = button('meet', []);
export const otherFinders = button('meet.find', []);

export function aMeeting(words: Words): ActionButton {
  return soonest.labelled(words.text('door.meeting'));
}
