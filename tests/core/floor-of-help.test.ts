import { describe, expect, it } from 'vitest';
import type { Content } from '../../src/core/conversation/context.ts';
import type { RequestBody } from '../../src/core/language/request.ts';
import type { Words } from '../../src/core/language/words/words.ts';
import type { Log, LogFields } from '../../src/core/values/log.ts';
import { quietLog } from '../support/storage.ts';
import { command, definitions } from '../support/ways-to-ask.ts';
import { content, openWorld, type Person, type World, type WorldOptions } from '../support/world.ts';

const hostile = ['constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', 'prototype'];

function askedWith(word: string): readonly RequestBody[] {
  return [
    ...definitions.commands.flatMap(({ name, options }): RequestBody[] => [
      ...[...Object.keys(options), word].map((option) => command(name, { [option]: word })),
      { kind: 'typed', name, rest: word },
      { kind: 'typed', name, rest: `${word}:x` },
    ]),
    command(word),
    { kind: 'typed', name: word, rest: word },
    { kind: 'action', token: word },
    ...definitions.actions.flatMap(({ route }): RequestBody[] => [
      { kind: 'action', token: `${route}:${word}` },
      { kind: 'action', token: `${route}:${word}:${word}` },
    ]),
    ...definitions.forms.map(
      ({ id }): RequestBody => ({ kind: 'form', token: id, step: 0, answers: { [word]: word } }),
    ),
    { kind: 'form', token: word, step: 0, answers: {} },
  ];
}

/** A log, and the events in it that are errors. */
function listening(): { log: Log; errors: readonly string[] } {
  const errors: string[] = [];
  return { errors, log: { ...quietLog, error: (event) => void errors.push(event) } };
}

/** The ways to help, each with the country of who asks known or not: what they do, and where they are. */
const ways: readonly [string, (person: Person) => Promise<unknown>][] = [
  ['/sos', (amy) => amy.says('/sos')],
  ['/sos country:IE', (amy) => amy.says('/sos country:IE')],
  ['/sos I want to die', (amy) => amy.says('/sos I want to die')],
  ['/help', (amy) => amy.says('/help')],
  ['Get help now', (amy) => amy.asks({ kind: 'action', token: 'sos' })],
  ['A person', (amy) => amy.asks({ kind: 'action', token: 'person' })],
  ['Ireland', (amy) => amy.asks({ kind: 'action', token: 'sos.where:IE' })],
  ['I stopped this week', (amy) => amy.asks({ kind: 'action', token: 'fr.stopped' })],
];

const numbers = { IE: /112|999/, nowhere: /112.*911|911.*112/ } as const;

describe('names that every object answers to', () => {
  it('behind /sos are no country, and are answered with the whole page of help', async () => {
    const { log, errors } = listening();
    const world = await openWorld({ log });
    for (const name of hostile) {
      for (const line of [`/sos ${name}`, `/sos country:${name}`, `/sos country:"${name}"`]) {
        const { text } = await world.person('amy').says(line);
        expect(text, line).toContain('Help, now\nIf a life is in danger now');
        expect(text, line).toContain(`I don't know the country “${name}”`);
      }
    }
    expect(errors).toEqual([]);
    await world.close();
  }, 30_000);

  it('as the value of any option, as any option, as any argument of a button, make nothing fail', async () => {
    const { log, errors } = listening();
    const world = await openWorld({ log });
    const amy = world.person('amy', { community: 'harbor', moderator: true });
    for (const asked of hostile.flatMap(askedWith)) {
      await amy.asks(asked);
      expect(errors, JSON.stringify(asked)).toEqual([]);
    }
    await world.close();
  }, 60_000);

  it('are no option that is passed over in silence', async () => {
    const world = await openWorld();
    for (const name of hostile.filter((one) => /^\w+$/.test(one))) {
      for (const line of [`/help ${name}`, `/help ${name}:x`, `/cope ${name}:x`])
        expect((await world.person('amy').says(line)).text.toLowerCase(), line).toContain(
          `there is no option “${name.toLowerCase()}” here`,
        );
    }
    await world.close();
  });
});

/** The words of content/, where some cannot be said. */
function contentWhere(cannotBeSaid: (key: string) => boolean): Content {
  const troubled: Content = {
    ...content,
    wordsFor(locale) {
      const words = content.wordsFor(locale);
      const guard = (key: string) => {
        if (cannotBeSaid(key)) throw new Error(`No words for ${key}`);
      };
      const text: Words['text'] = (key, ...args) => (guard(key), words.text(key, ...args));
      const rich: Words['rich'] = (key, ...args) => (guard(key), words.rich(key, ...args));
      return { ...words, text, rich };
    },
    asTyped: () => troubled,
  };
  return troubled;
}

/** Someone whose community is in Ireland, and someone of whom nobody knows where they are. */
async function both(options: WorldOptions): Promise<{ world: World; people: Record<keyof typeof numbers, Person> }> {
  const world = await openWorld(options);
  await world.store.transaction((tx) =>
    tx.communities.change({ platform: 'memory', key: 'harbor' }, { country: 'IE' }, world.now()),
  );
  return { world, people: { IE: world.person('ida', { community: 'harbor' }), nowhere: world.person('noah') } };
}

describe('whatever fails on the way to help', () => {
  it('leaves the emergency number: any one sentence of the pages, for a known country and for none', async () => {
    const keys = new Set<string>();
    const whole = await both({ content: contentWhere((key) => (keys.add(key), false)) });
    for (const person of Object.values(whole.people)) for (const [, ask] of ways) await ask(person);
    await whole.world.close();
    expect(keys.size).toBeGreaterThan(20);

    let broken = '';
    const { world, people } = await both({ content: contentWhere((key) => key === broken) });
    for (const key of keys) {
      broken = key;
      for (const [where, person] of Object.entries(people) as [keyof typeof numbers, Person][]) {
        for (const [what, ask] of ways.filter(([what]) => what !== '/help')) {
          const { answer, text } = (await ask(person)) as Awaited<ReturnType<Person['says']>>;
          const said = `${what} from ${where} without ${key}: ${text}`;
          expect(answer.kind, said).toMatch(/^(reply|replace)$/);
          expect('audience' in answer && answer.audience, said).toBe('private');
          expect(text, said).toMatch(/country:IE|Ireland/.test(what) ? numbers.IE : numbers[where]);
        }
      }
    }
    await world.close();
  }, 60_000);

  it('leaves it without any words at all, to whoever asks anything', async () => {
    const lines: { event: string; fields: LogFields | undefined }[] = [];
    const keep = (event: string, fields?: LogFields) => void lines.push({ event, fields });
    const log = { info: keep, warn: keep, error: keep };
    const { world, people } = await both({ content: contentWhere(() => true), log });
    for (const line of ['/sos', '/sos canary', '/help', '/checkin', '/progress', '/no-such', 'canary', '/start']) {
      const known = await people.IE.says(line);
      expect(known.text, line).toMatch(numbers.IE);
      expect(known.text, line).toContain('Samaritans');
      expect((await people.nowhere.says(line)).text, line).toMatch(numbers.nowhere);
      expect(known.text, line).toContain('https://findahelpline.com');
    }
    expect(lines.length).toBeGreaterThan(0);
    expect(JSON.stringify(lines)).not.toContain('canary');
    await world.close();
  });

  it('leaves it where not even the words of a language can be found', async () => {
    const nowhere: Content = {
      ...content,
      wordsFor() {
        throw new Error('No words');
      },
      asTyped: () => nowhere,
    };
    const { world, people } = await both({ content: nowhere });
    for (const line of ['/sos', '/checkin', 'hello']) expect((await people.IE.says(line)).text).toMatch(numbers.IE);
    await world.close();
  });
});
