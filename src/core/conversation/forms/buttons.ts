import { z } from 'zod';
import { button, wholeArg } from '../../language/button.ts';

/** The form of a button, because a late press must not answer another form. */
const formId = z.string().max(20);

export const answerField = button('form.answer', [formId, wholeArg(0, 99), z.string()]);
export const skipField = button('form.skip', [formId, wholeArg(0, 99)]);
export const cancelForm = button('form.cancel', []);
/** Opens the next page of a form, or the same page with the given answers, because a modal cannot open from a modal. */
export const nextPage = button('form.next', [formId]);
/** Opens a form that could not open directly. `call`: the form's own token. */
export const formButton = button('form.open', [z.string()]);
