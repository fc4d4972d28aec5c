import { readdirSync, readFileSync } from 'node:fs';
import { parse as parseMessage, TYPE } from '@formatjs/icu-messageformat-parser';
import { describe, expect, it } from 'vitest';
import { triggers } from '../src/core/coping/buttons.ts';
import { toPlainText } from '../src/core/language/plain-text.ts';
import { readToken } from '../src/core/language/token.ts';
import { buttonsOf } from '../src/core/language/view.ts';
import { definitionsOver } from '../src/core/rooms.ts';
import { helpIn } from '../src/core/safety/commands.ts';
import { content } from './support/world.ts';

const folder = new URL('../content/', import.meta.url);
const english = JSON.parse(readFileSync(new URL('en/messages.json', folder), 'utf8')) as Record<string, string>;
const words = content.wordsFor('en');
const definitions = definitionsOver(content);

/** Every sentence of ours that a member may read. */
function sentences(): [string, string][] {
  return [
    ...Object.entries(english),
    ...content.strategies.flatMap(({ id, name, about, steps, cautions }) =>
      [name, about, ...steps, ...cautions].map((sentence): [string, string] => [id, sentence]),
    ),
    ...content.fellowships.map(({ id, about }): [string, string] => [id, about]),
    ...Object.values(content.helplines).flatMap(({ lines }) =>
      lines.map(({ id, what }): [string, string] => [id, what]),
    ),
  ];
}

describe('every sentence', () => {
  it.each(sentences())('%s: speaks of people first, and shames nobody: %.60s', (_, sentence) => {
    expect(sentence).not.toMatch(
      /\b(addicts?|alcoholics?|junkies?|drunks?|substance abuse|drug abuse|abusers?|clean|dirty|commit(ted)? suicide|failed attempt|relapse[ds]?|willpower)\b/i,
    );
    expect(sentence).not.toMatch(/\b(it|this|that) (helps|helped|works|worked|will help|will pass)\b/i);
  });

  it('is calm: no exclamation marks anywhere', () => {
    expect(sentences().filter(([, sentence]) => sentence.includes('!'))).toEqual([]);
  });

  it('names a command by its tag, so that it is written as it is typed on each platform', () => {
    const names = definitions.commands.map(({ name }) => name).join('|');
    const bare = new RegExp(`(?<!<cmd>|\\| )\\/(${names}|\\{)`);
    expect(sentences().filter(([key, sentence]) => key !== 'terminal.guide' && bare.test(sentence))).toEqual([]);
    const tagged = Object.values(english).flatMap((sentence) => [...sentence.matchAll(/<cmd>(\w+)/g)]);
    expect(tagged.length).toBeGreaterThan(10);
    for (const [, name = ''] of tagged) expect(definitions.commands.map((command) => command.name)).toContain(name);
    const typed = content.asTyped('/handrail ').wordsFor('en');
    expect(typed.text('keep.kept')).toBe('Kept, for you. You can turn this off with /handrail settings.');
    // What a member wrote is no sentence of ours.
    expect(typed.text('refused.unknown-command', { given: 'a/sos' })).toContain('/handrail a/sos.');
  });

  it('is in English where another language lacks it: what is missing is listed', () => {
    const locales = readdirSync(folder, { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && entry.name !== 'en',
    );
    const missing = locales.map(({ name }) => {
      const own = JSON.parse(readFileSync(new URL(`${name}/messages.json`, folder), 'utf8')) as Record<string, string>;
      return { name, missing: Object.keys(english).filter((key) => own[key] === undefined) };
    });
    expect(missing.filter((locale) => locale.missing.length > 0)).toEqual([]);
  });

  it('is used somewhere', () => {
    const code = readdirSync(new URL('../src/', import.meta.url), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.includes('generated'))
      .map((name) => readFileSync(new URL(`../src/${name}`, import.meta.url), 'utf8'))
      .join('\n');
    // Keys that are put together: their first part stands in the code ("check-in.${…}").
    const used = (key: string) => code.includes(`'${key}'`) || code.includes(`\`${key.split('.')[0]}.`);
    expect(Object.keys(english).filter((key) => !used(key))).toEqual([]);
  });

  it('names every command, as it is called in that language, and its options shortly enough for Discord', () => {
    for (const { name, summary, options } of definitions.commands) {
      expect(english[`name.${name}`]).toBe(name);
      expect(words.text(summary).length).toBeLessThanOrEqual(100);
      for (const { label, hint } of Object.values(options)) {
        expect(words.text(label).length).toBeLessThanOrEqual(45);
        expect(words.text(hint).length).toBeLessThanOrEqual(100);
      }
    }
  });

  it('that has choices has one for everything else', () => {
    for (const message of Object.values(english)) {
      for (const element of parseMessage(message)) {
        if (element.type === TYPE.plural || element.type === TYPE.select)
          expect(Object.keys(element.options)).toContain('other');
      }
    }
  });
});

describe('the strategies', () => {
  it('are twelve or more, and at least two for whatever is going on', () => {
    expect(content.strategies.length).toBeGreaterThanOrEqual(12);
    expect(new Set(content.strategies.map(({ id }) => id)).size).toBe(content.strategies.length);
    for (const trigger of triggers)
      expect(content.strategies.filter((one) => one.for.includes(trigger)).length).toBeGreaterThanOrEqual(2);
  });

  it('warn of the heart where there is cold water', () => {
    expect(content.strategies.find(({ id }) => id === 'cold-water')?.cautions.join(' ')).toMatch(/heart/);
  });
});

describe('the helplines', () => {
  it('put the emergency number first, then lines, in every country', () => {
    const countries = Object.keys(content.helplines);
    expect(countries.length).toBeGreaterThanOrEqual(10);
    for (const country of countries) {
      const text = toPlainText(helpIn(country, { content }, words));
      const emergency = content.helplines[country]?.emergency[0]?.display ?? 'none';
      expect(text.split('\n')[1]).toContain(emergency);
      for (const line of content.helplines[country]?.lines ?? []) expect(text).toContain(line.name);
    }
  });

  it('fit into one message on every platform', () => {
    for (const country of [...Object.keys(content.helplines), null]) {
      // Discord: 4,096 in an embed; Telegram: 4,096 in a message; Slack: 3,000 in a section, several in a message.
      expect(toPlainText(helpIn(country, { content }, words)).length).toBeLessThan(3_000);
    }
  });

  it('keep short codes dialable', () => {
    const dialled = Object.values(content.helplines).flatMap(({ emergency, lines }) => [
      ...emergency,
      ...lines.flatMap(({ phone }) => phone ?? []),
    ]);
    for (const { display, dial } of dialled) {
      const digits = display.replace(/\D/g, '');
      if (digits.length <= 6) expect(dial).toBe(digits);
    }
  });

  it('that a person verified were verified within twelve months', () => {
    const lines = Object.values(content.helplines).flatMap(({ lines }) => lines);
    const yearAgo = new Date(Date.now() - 365 * 86_400_000).toISOString().slice(0, 10);
    const stale = lines.filter(({ verifiedAt }) => verifiedAt !== null && verifiedAt < yearAgo);
    expect(stale.map(({ id }) => id)).toEqual([]);
  });

  it('that no person verified say so, with the page to check', () => {
    for (const [country, { lines }] of Object.entries(content.helplines)) {
      const text = toPlainText(helpIn(country, { content }, words));
      for (const { verifiedAt, source } of lines) if (verifiedAt === null) expect(text).toContain(source);
    }
  });
});

describe('what can be asked', () => {
  it('has names that every platform takes, and words that fit its menus', () => {
    for (const { name, summary, options } of definitions.commands) {
      expect(name).toMatch(/^[a-z0-9_]{1,32}$/);
      expect(name).not.toBe('me');
      expect(words.text(summary).length).toBeLessThanOrEqual(100);
      for (const [option, { label, hint }] of Object.entries(options)) {
        expect(option).toMatch(/^[a-z0-9_]{1,32}$/);
        expect(words.text(label as 'choice.yes').length).toBeLessThanOrEqual(45);
        expect(words.text(hint as 'choice.yes').length).toBeLessThanOrEqual(100);
      }
    }
  });

  it('has forms of at most five fields a page, that name every field once', () => {
    for (const { fields, pages } of definitions.forms) {
      for (const page of pages) expect(page.length).toBeLessThanOrEqual(5);
      expect(pages.flat().toSorted()).toEqual(Object.keys(fields).toSorted());
    }
  });

  it('has one answer for each route, and one form for each name', () => {
    const routes = [...definitions.actions.map(({ route }) => route), ...definitions.forms.map(({ id }) => id)];
    expect(new Set(routes).size).toBe(routes.length);
  });

  it('has every door lead somewhere', () => {
    const doors = buttonsOf(definitions.menu(words)).flatMap((button) =>
      button.kind === 'action' ? [button.token] : [],
    );
    const routes = definitions.actions.map(({ route }) => route);
    for (const token of doors) expect(routes).toContain(readToken(token)?.route);
  });
});
