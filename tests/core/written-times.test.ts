import { expect, it } from 'vitest';
import { toPlainText } from '../../src/core/language/plain-text.ts';
import { text, view } from '../../src/core/language/view.ts';
import { wordsOf } from '../../src/core/language/words/words.ts';
import { Temporal } from '../../src/core/values/time.ts';

const at = Temporal.Instant.from('2026-11-01T23:30:00Z');
const written = (locale: string) =>
  toPlainText(view(text([wordsOf(locale, {}, {}, '/').time(at, 'America/New_York', 'day-and-time')])));

it('a time is written in the language of the words around it', () => {
  expect(written('en')).toBe('Sunday 1 November, 18:30 EST');
  expect(written('de')).toBe('Sonntag 1. November, 18:30 GMT-5');
  expect(written('es')).toMatch(/^domingo 1 de noviembre, 18:30/);
});
