import { z } from 'zod';
import { button } from '../language/button.ts';

const deliveryId = z.string().regex(/^[\w-]{22}$/);

/** What moderators decide about a post of which nobody knows whether it arrived. */
export const decideDoubt = button('ob.doubt', [z.enum(['post-again', 'leave']), deliveryId]);
