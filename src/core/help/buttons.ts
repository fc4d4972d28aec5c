import { button } from '../language/button.ts';

/** For someone who opens the bot without a question. */
export const today = button('today', []);
