import { button } from '../language/button.ts';

/** For whoever opens the bot without asking anything. */
export const today = button('today', []);
