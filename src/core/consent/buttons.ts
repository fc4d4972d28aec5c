import { z } from 'zod';
import { button } from '../language/button.ts';

/** The answer to "may what I told you be kept?". */
export const keepDetails = button('fr.keep', [z.enum(['yes', 'no', 'skip'])]);
