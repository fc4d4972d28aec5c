import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Content } from '../../src/core/conversation/context.ts';
import type { Definitions } from '../../src/core/conversation/definitions.ts';
import { createInbox } from '../../src/core/conversation/inbox.ts';
import type { Store } from '../../src/core/conversation/store.ts';
import { openTraffic } from '../../src/core/conversation/traffic.ts';
import type { Concern } from '../../src/core/language/concern.ts';
import { toPlainText } from '../../src/core/language/plain-text.ts';
import type { RequestBody } from '../../src/core/language/request.ts';
import { buttonsOf } from '../../src/core/language/view.ts';
import { openTimetable } from '../../src/core/meetings/timetable.ts';
import { definitionsOver } from '../../src/core/rooms.ts';
import { quietLog } from '../support/storage.ts';
import { content, openWorld, type World } from '../support/world.ts';

// A planted finder stands in for the safety screen: these words are of concern, and no others.
const crisis: Concern = { category: 'suicide', tier: 2 };
const screen = (text: string): Concern | null => (text.includes('lilac') ? crisis : null);

/** Whatever is asked of it throws. */
const broken = new Proxy({}, { get: () => () => Promise.reject(new Error('asked')) }) as never;
const silent = new Proxy({}, { get: () => () => new Promise(() => {}) }) as never;
const noStore = (room: never) => new Proxy({}, { get: () => room }) as unknown as Store;

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

interface Given {
  readonly store?: Store;
  readonly fieldsPerForm?: number;
  readonly definitions?: Partial<Definitions>;
  readonly wordsFor?: Content['wordsFor'];
}

function inboxOf({
  store = world.store,
  fieldsPerForm = 5,
  definitions = {},
  wordsFor = content.wordsFor,
}: Given = {}) {
  const knows: Content = { ...content, wordsFor };
  return createInbox({
    definitions: { ...definitionsOver(knows), screen, ...definitions },
    deps: { store, content: knows, timetable: openTimetable(store.meetings), clock: { now: world.now }, log: quietLog },
    limits: { ...world.kind.limits, fieldsPerForm },
    traffic: openTraffic(),
    rights: {
      mayModerate: () => Promise.reject(new Error('asked')),
      mayPost: () => Promise.reject(new Error('asked')),
    },
  });
}

const command = (rest: string): RequestBody => ({ kind: 'typed', name: 'checkin', rest });
const opensForms = { opensForms: true };

describe('what was asked', () => {
  it('is read without any locale, person or database', () => {
    const wordless = () => {
      throw new Error('The locale was asked for');
    };
    const inbox = inboxOf({ store: noStore(broken), wordsFor: wordless });
    const asked: RequestBody[] = [
      command('mood:2 lilac'),
      command('mood:99'),
      command('form:yes'),
      { kind: 'command', name: 'checkin', options: { note: 'lilac', mood: 2 } },
      { kind: 'form', token: 'ci.form:today', step: 0, answers: { note: 'lilac', feelings: ['lilac'] } },
      { kind: 'text', text: 'lilac' },
      { kind: 'action', token: 'ci.mood:2026-03-01:4' },
      { kind: 'action', token: 'forged:%' },
      { kind: 'link', token: 'ci' },
      { kind: 'typed', name: 'sos', rest: 'Ireland' },
      { kind: 'wordless' },
    ];
    const read = asked.map((one) => inbox.read(one, opensForms));
    expect(read.map(({ concern }) => concern)).toEqual([
      crisis,
      null,
      null,
      crisis,
      crisis,
      crisis,
      ...Array.from({ length: 5 }, () => null),
    ]);
    expect(read.map(({ expected }) => expected.kind)).toEqual([
      'reply',
      'reply',
      'open',
      'reply',
      'reply',
      'reply',
      'replace',
      'reply',
      'reply',
      'reply',
      'reply',
    ]);
    expect(read.map(({ expected }) => expected.urgency).filter((urgency) => urgency === 'help')).toHaveLength(1);
  });

  it('is screened as it was written: words that no option takes, and those with signs that are no text', () => {
    const inbox = inboxOf();
    for (const rest of ['mood:2 i want the lilac', 'colour:lilac', 'note:"lilac', 'lilac\u0000']) {
      expect(inbox.read(command(rest), opensForms).concern, rest).toEqual(crisis);
    }
    expect(inbox.read({ kind: 'typed', name: 'nonsense', rest: 'lilac' }, opensForms).concern).toEqual(crisis);
    expect(inbox.read(command('note:"a good day"'), opensForms).concern).toBeNull();
  });

  it('is answered, whatever a screen that fails does', async () => {
    const failing = () => {
      throw new Error('a bug of the screen');
    };
    const inbox = inboxOf({ definitions: { screen: failing } });
    const answerTo = async (asked: RequestBody) => {
      const answer = await inbox.read(asked, opensForms).answer(world.person('amy').request());
      return 'view' in answer ? toPlainText(answer.view) : answer.kind;
    };
    expect(await answerTo(command('note:"a day"'))).toContain('1 check-in in a row');
    expect(await answerTo({ kind: 'typed', name: 'sos', rest: 'please' })).toContain('If a life is in danger now');
  });
});

describe('help for a concern', () => {
  const lilac = command('mood:2 note:"lilac"');
  const amy = () => world.person('amy').request();
  const helped = async (inbox: ReturnType<typeof inboxOf>, asked = lilac) => {
    const { caller, at } = amy();
    const help = await inbox.read(asked, opensForms).help(caller, at);
    return help === null ? null : toPlainText(help);
  };

  it('names who to call where they are, beside the answer, which is given all the same', async () => {
    const inbox = inboxOf();
    await world.person('amy').says('/settings country:IE');
    expect(await helped(inbox)).toContain('Samaritans');
    const answer = await inbox.read(lilac, opensForms).answer(amy());
    expect('view' in answer && toPlainText(answer.view)).toContain('1 check-in in a row');
    expect(await helped(inbox, command('note:"a good day"'))).toBeNull();
  });

  it.each([
    ['is away', broken],
    ['does not answer', silent],
  ])('is there while the database %s', async (_, room) => {
    expect(await helped(inboxOf({ store: noStore(room) }))).toContain('If a life is in danger now');
  });

  it('is numbers alone where its words fail', async () => {
    const helpFor = () => {
      throw new Error('a bug of the words');
    };
    expect(await helped(inboxOf({ definitions: { helpFor } }))).toContain('112 / 911 / 999');
  });

  it('is never limited, however often they ask', async () => {
    const inbox = inboxOf();
    for (let i = 0; i < 40; i += 1) await inbox.read(lilac, opensForms).answer(amy());
    expect((await inbox.read(lilac, opensForms).answer(amy())).kind).toMatch(/refused|nothing/);
    expect(await helped(inbox)).toContain('If a life is in danger now');
  });

  it('has no form opened over it: the answer shows a button that opens it, where one can open', async () => {
    const inbox = inboxOf();
    const asked = command('form:yes note:lilac');
    const intake = inbox.read(asked, opensForms);
    expect(intake.expected.kind).toBe('reply');
    const answer = await intake.answer(amy());
    if (!('view' in answer)) throw new Error(answer.kind);
    const [form] = buttonsOf(answer.view);
    if (form?.kind !== 'action') throw new Error('no button');
    const pressed = { kind: 'action', token: form.token } as const;
    expect(inbox.read(pressed, opensForms).expected.kind).toBe('open');
    expect(await inbox.read(pressed, opensForms).answer(amy())).toMatchObject({ kind: 'open' });
    expect(await inbox.read(pressed, { opensForms: false }).answer(amy())).toMatchObject({ kind: 'reply' });
  });

  it('asks the questions of a form one by one where there are no forms', async () => {
    const answer = await inboxOf({ fieldsPerForm: 0 }).read(command('form:yes note:lilac'), opensForms).answer(amy());
    expect('view' in answer && toPlainText(answer.view)).toContain('Mood');
  });
});

it('a forged button of a form opens none', async () => {
  const inbox = inboxOf();
  for (const token of ['form.open:nonsense', 'form.open:', 'form.open:ci.form:a:b', 'form.open:%E0%A4%A']) {
    const answer = await inbox.read({ kind: 'action', token }, opensForms).answer(world.person('amy').request());
    expect(answer, token).toMatchObject({ kind: 'refused' });
  }
});
