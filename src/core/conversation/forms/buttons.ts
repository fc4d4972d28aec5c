import { z } from 'zod';
import { button, wholeArg } from '../../language/button.ts';

/** Which form a button belongs to: pressed late, it must not answer another form. */
const formId = z.string().max(20);

export const answerField = button('form.answer', [formId, wholeArg(0, 99), z.string()]);
export const skipField = button('form.skip', [formId, wholeArg(0, 99)]);
export const cancelForm = button('form.cancel', []);
/** Opens the next page of a form, or the same page again with what was given; a modal cannot open from a modal. */
export const nextPage = button('form.next', [formId]);
/** Opens a form where it could not open by itself. `call`: the form's own token. */
export const formButton = button('form.open', [z.string()]);
