import { button, wholeArg } from '../language/button.ts';
import type { ActionButton } from '../language/view.ts';
import type { Words } from '../language/words/words.ts';
import { dayText } from '../values/time.ts';

/** One tap: "I'm here". */
export const checkInToday = button('ci', []);
export const yesterdayToo = button('ci.yesterday', [dayText]);
export const usedToday = button('ci.used', [dayText]);
export const tellMood = button('ci.mood', [dayText, wholeArg(1, 5)]);
export const tellMore = button('ci.more', [dayText]);

export function checkInNow(words: Words): ActionButton {
  return checkInToday.labelled(words.text('door.check-in'));
}
