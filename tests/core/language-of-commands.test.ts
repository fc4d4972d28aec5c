import { describe, expect, it } from 'vitest';
import { defineCommand, defineCommandGroup } from '../../src/core/conversation/define.ts';
import type { Definitions } from '../../src/core/conversation/definitions.ts';
import { createInbox } from '../../src/core/conversation/inbox.ts';
import { noLimits } from '../../src/core/conversation/traffic.ts';
import { channel, choice, date, parseFields, timeOfDay } from '../../src/core/language/field.ts';
import { toPlainText } from '../../src/core/language/plain-text.ts';
import type { RequestBody } from '../../src/core/language/request.ts';
import { text, view } from '../../src/core/language/view.ts';
import { openTimetable } from '../../src/core/meetings/timetable.ts';
import { definitionsOver } from '../../src/core/rooms.ts';
import { quietLog } from '../support/storage.ts';
import { content, openWorld } from '../support/world.ts';

// A feature that this bot does not have stands in for those that will use these.
const when = choice({
  label: 'field.day',
  hint: 'hint.day',
  choices: [
    { value: 'today', label: 'choice.today' },
    { value: 'yesterday', label: 'choice.yesterday' },
  ],
});
const about = { summary: 'command.help', needsStorage: false } as const;
const show = defineCommand({
  ...about,
  name: 'show',
  options: {},
  run: async () => view(text('shown')),
});
const fresh = defineCommand({
  ...about,
  name: 'new',
  options: { when },
  run: async ({ options }) => view(text(`new for ${options.when ?? 'no day'}`)),
});
const garden = defineCommandGroup({ name: 'garden', summary: 'command.help', subcommands: [show, fresh] });
const pond = defineCommandGroup({
  name: 'pond',
  summary: 'command.help',
  subcommands: [show, fresh],
  otherwise: fresh,
});
const walk = defineCommand({
  ...about,
  name: 'walk',
  options: { when },
  run: async ({ options }) => view(text(`a walk, ${options.when ?? 'whenever'}`)),
});

async function answer(asked: RequestBody): Promise<string> {
  const world = await openWorld();
  const definitions: Definitions = { ...definitionsOver(content), commands: [garden, pond, walk] };
  const { store } = world;
  const clock = { now: () => world.now() };
  const inbox = createInbox({
    definitions,
    deps: { store, content, timetable: openTimetable(store.meetings), clock, log: quietLog },
    limits: world.kind.limits,
    traffic: noLimits,
    rights: { mayModerate: async () => false, mayPost: async () => 'unknown' },
  });
  const given = await inbox.read(asked, { opensForms: false }).answer(world.person('amy').request());
  await world.close();
  return 'view' in given ? toPlainText(given.view) : given.kind;
}

const typed = (name: string, rest = ''): RequestBody => ({ kind: 'typed', name, rest });

describe('a command with others behind it', () => {
  it('is typed with the word of the one that is meant', async () => {
    expect(await answer(typed('garden', 'new when:today'))).toBe('new for today');
    expect(await answer(typed('garden', 'NEW  yesterday'))).toBe('new for yesterday');
    expect(await answer(typed('garden', 'show'))).toBe('shown');
  });

  it('means its first where nothing stands behind it', async () => {
    expect(await answer(typed('garden'))).toBe('shown');
    expect(await answer(typed('pond', '  '))).toBe('shown');
  });

  it('says what does not fit where other words stand behind it, or gives them to the one that takes them', async () => {
    expect(await answer(typed('garden', 'water'))).toContain('There is no option “water” here.');
    expect(await answer(typed('pond', 'when:today'))).toBe('new for today');
  });

  it('comes from a platform that has subcommands with its name apart', async () => {
    const asked = (subcommand: string, options = {}): RequestBody =>
      ({ kind: 'command', name: 'garden', subcommand, options }) as const;
    expect(await answer(asked('new', { when: 'today' }))).toBe('new for today');
    expect(await answer(asked('forged'))).toContain("I don't know /garden");
    expect(await answer({ kind: 'command', name: 'garden', options: {} })).toContain("I don't know /garden");
  });
});

it('one word may stand behind a command, and need not', async () => {
  expect(await answer(typed('walk', 'yesterday'))).toBe('a walk, yesterday');
  expect(await answer(typed('walk'))).toBe('a walk, whenever');
  expect(await answer({ kind: 'command', name: 'walk', options: { when: 'today' } })).toBe('a walk, today');
  expect(await answer(typed('walk', 'tomorrow'))).toContain('tomorrow');
});

describe('a field', () => {
  const about = { label: 'field.day', hint: 'hint.day' } as const;
  const read = (field: Parameters<typeof parseFields>[0][string], given: unknown) => {
    const parsed = parseFields({ it: field }, { it: given });
    return parsed.ok ? parsed.values['it'] : parsed.problems[0]?.sentence(content.wordsFor('en'));
  };

  it.each([
    ['9', '09:00'],
    ['9:05', '09:05'],
    ['09:00', '09:00'],
    ['21.30', '21:30'],
    ['9 pm', '21:00'],
    ['12am', '00:00'],
    ['12:15 PM', '12:15'],
    ['0:00', '00:00'],
  ])('for a time of day takes %s as %s', (given, time) => {
    expect(read(timeOfDay(about), given)).toBe(time);
  });

  it.each(['24:00', '9:60', '13 pm', '0 am', 'noon', '-1', '9:5', '99'])('for a time of day takes no %s', (given) => {
    expect(read(timeOfDay(about), given)).toContain(`“${given}” is no time of day`);
  });

  it('for a date takes a day of the calendar, and no other', () => {
    expect(read(date(about), ' 2026-03-08 ')).toBe('2026-03-08');
    for (const given of ['2026-02-30', '8 March', 'tomorrow']) expect(read(date(about), given)).toContain(given);
  });

  it('for a channel takes what the platform calls it, and nothing else', () => {
    for (const id of ['1100000000000000001', 'T0123/C0123ABCD', '-1001234567890'])
      expect(read(channel(about), id)).toEqual({ channel: id });
    for (const given of ['#general', '<#C1>', 'a b', 'T1/C1/7', 'T1/', '../C1'])
      expect(read(channel(about), given)).toContain('takes a channel of this community');
  });

  it('for a channel takes the words here and none, in any letters', () => {
    expect(read(channel(about), ' Here ')).toBe('here');
    expect(read(channel(about), 'NONE')).toBe('none');
  });
});
