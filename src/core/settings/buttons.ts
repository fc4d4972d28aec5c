import { z } from 'zod';
import { button } from '../language/button.ts';

export const toggle = button('set.flag', [z.enum(['plain', 'keep', 'urgent', 'messages']), z.enum(['yes', 'no'])]);
export const endPause = button('set.unpause', []);
export const changePlace = button('set.place', []);
export const pauseDays = button('set.pause', []);
