import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Content } from './core/conversation/context.ts';
import { strategiesFile } from './core/coping/strategy.ts';
import { type Messages, type Words, wordsOf } from './core/language/words/words.ts';
import { fellowshipsFile } from './core/meetings/fellowship.ts';
import { helplinesFile } from './core/safety/helplines.ts';
import { HandrailError } from './core/values/errors.ts';

const folder = new URL('../content/', import.meta.url);
const messagesFile = z.record(z.string(), z.string());

/**
 * Reads and checks all of content/, once at startup.
 * @throws HandrailError('bad-content') with the file and what is wrong in it
 */
export function readContent(): Content {
  const messages = readAllMessages();
  const others = {
    locales: [...messages.keys()],
    strategies: readYaml('en/strategies.yaml', strategiesFile).strategies,
    fellowships: readYaml('en/fellowships.yaml', fellowshipsFile).fellowships,
    helplines: readYaml('helplines.yaml', helplinesFile).countries,
  };
  const asTyped = (prefix: string): Content => ({ wordsFor: wordsIn(messages, prefix), asTyped, ...others });
  return asTyped('/');
}

type AllMessages = ReadonlyMap<string, Messages>;

function readAllMessages(): AllMessages {
  const locales = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return new Map(locales.map(({ name }) => [name, readMessages(name)]));
}

function wordsIn(messages: AllMessages, prefix: string): Content['wordsFor'] {
  const english = messages.get('en');
  if (english === undefined) throw new HandrailError('bad-content', 'content/en/messages.json is missing.');
  const words = new Map(
    [...messages].map(([name, sentences]) => [name.toLowerCase(), wordsOf(name, sentences, english, prefix)]),
  );
  const nearest = (locale: string) => words.get(locale.toLowerCase()) ?? words.get(locale.split('-')[0] ?? '');
  return (locale) => nearest(locale ?? 'en') ?? (words.get('en') as Words);
}

function readMessages(locale: string): Messages {
  const file = `${locale}/messages.json`;
  return check(file, messagesFile, () => JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
}

function readYaml<T>(file: string, schema: z.ZodType<T>): T {
  return check(file, schema, () => parse(readFileSync(new URL(file, folder), 'utf8')));
}

function check<T>(file: string, schema: z.ZodType<T>, read: () => unknown): T {
  let raw: unknown;
  try {
    raw = read();
  } catch (error) {
    throw new HandrailError('bad-content', `content/${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new HandrailError('bad-content', `content/${file} is not as it should be:\n${z.prettifyError(parsed.error)}`);
}
