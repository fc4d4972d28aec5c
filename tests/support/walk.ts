import { readDraft, stepsOf } from '../../src/core/conversation/forms/questions.ts';
import type { Store } from '../../src/core/conversation/store.ts';
import { today } from '../../src/core/help/buttons.ts';
import type { Answer, OpenForm } from '../../src/core/language/answer.ts';
import type { Field } from '../../src/core/language/field.ts';
import type { RequestBody } from '../../src/core/language/request.ts';
import { readToken } from '../../src/core/language/token.ts';
import { decideDoubt } from '../../src/core/outbox/buttons.ts';
import type { AccountRef } from '../../src/core/values/ids.ts';
import type { Log } from '../../src/core/values/log.ts';
import type { Temporal } from '../../src/core/values/time.ts';
import { meeting, now } from '../contracts/storage/fixtures.ts';
import { named, requested, said } from './canaries.ts';
import { ShownButtons } from './shown-buttons.ts';
import { command, definitions, fitting, forged, otherWaysToAsk, strayWords, waysToAsk } from './ways-to-ask.ts';
import { openWorld, type Person, type Seen, type World } from './world.ts';

/** What a member chose about keeping what they say: before anything else, never, or by every button that offers it. */
type Consent = 'yes' | 'no' | 'not asked' | 'on the way';

interface Walker {
  readonly name: string;
  readonly account: AccountRef;
  readonly community: AccountRef;
  readonly consent: Consent;
  readonly fieldsPerForm: number;
}

export const walkers: readonly Walker[] = (
  [
    ['on the way', 0],
    ['on the way', 5],
    ['yes', 5],
    ['no', 5],
    ['not asked', 5],
  ] as const
).map(([consent, fieldsPerForm]) => {
  const name = `${named}-${consent.replaceAll(' ', '-')}-${fieldsPerForm}`;
  const ref = (key: string) => ({ platform: 'memory', key });
  return { name, account: ref(name), community: ref(`${name}-community`), consent, fieldsPerForm };
});

interface Walked {
  /** What was met on the way, to prove that nothing was passed by: "command sos", "refusal bad-input", … */
  readonly met: ReadonlySet<string>;
  readonly now: Temporal.Instant;
  /** Everything that they were answered. */
  readonly answers: readonly Answer[];
  /** Asks as each of them once more. */
  everyoneSays(line: string): Promise<readonly Seen[]>;
  close(): Promise<void>;
}

/** Each of them goes through everything that can be asked, all at the same time. */
export async function everyoneWalks(store: Store, log: Log): Promise<Walked> {
  await importMeeting(store);
  const worlds = await Promise.all(
    walkers.map(({ fieldsPerForm }) => openWorld({ store, log, fieldsPerForm, mayPost: async () => 'yes' })),
  );
  const walks = worlds.map((world, i) => new Walk(world, walkers[i] as Walker));
  await Promise.all(walks.map((walk) => walk.everything()));
  return {
    met: new Set(walks.flatMap(({ met }) => [...met])),
    now: (worlds[0] as World).now(),
    answers: walks.flatMap(({ answers }) => answers),
    everyoneSays: (line) => Promise.all(walks.map(({ alone }) => alone.says(line))),
    async close() {
      for (const world of worlds) await world.close();
    },
  };
}

/** Where there is nothing to list, other ways to find a meeting are shown at once, and no button leads there. */
async function importMeeting(store: Store): Promise<void> {
  await store.transaction(async ({ meetings }) => {
    await meetings.addBatch({ name: 'Harbor', program: 'aa' }, 'import', [meeting('early-birds')], now);
    await meetings.switchTo('Harbor', 'import', now);
  });
}

/** One member's way, alone with the bot and in a community that they moderate. */
class Walk {
  readonly met = new Set<string>();
  readonly answers: Answer[] = [];
  readonly alone: Person;
  readonly #among: Person;
  readonly #world: World;
  readonly #walker: Walker;
  /** The others go through what a choice makes a difference to: words that fit nothing never come as far. */
  readonly #thorough: boolean;
  readonly #buttons: ShownButtons;
  /** Pages and questions of forms, which are answered the first time. */
  readonly #filled = new Set<string>();

  constructor(world: World, walker: Walker) {
    this.#world = world;
    this.#walker = walker;
    this.alone = world.person(walker.name, { zone: 'UTC' });
    this.#among = world.person(walker.name, { zone: 'UTC', community: walker.community.key, moderator: true });
    this.#thorough = walker.consent === 'on the way';
    this.#buttons = new ShownButtons(this.#thorough ? 3 : 1);
  }

  async everything(): Promise<void> {
    const { consent, fieldsPerForm } = this.#walker;
    if (consent === 'yes' || consent === 'no') await this.alone.says(`/settings keep:${consent}`);
    if (this.#thorough) await this.#asANewcomer();
    await this.alone.asks(command('checkin', { note: said }), `${requested}-first`);
    for (const person of [this.alone, this.#among]) {
      for (const asked of definitions.commands.flatMap(waysToAsk)) await this.#ask(person, asked);
    }
    if (this.#thorough && fieldsPerForm === 0) {
      for (const asked of [...definitions.commands.flatMap(otherWaysToAsk), ...strayWords, ...forged()]) {
        await this.#ask(this.alone, asked);
      }
    }
    await this.#pressAll();
    await this.#changeTheirMind();
    await this.#leaveHalfDone();
  }

  /** Some buttons are shown to those alone who have not answered yet: by others they soon would have. */
  async #asANewcomer(): Promise<void> {
    // Days that were missed since can be filled in.
    this.#world.itIs('2026-02-26T12:00', 'UTC');
    await this.alone.says('/checkin');
    this.#world.itIs('2026-03-01T12:00', 'UTC');
    await this.#ask(this.alone, { kind: 'typed', name: 'craving', rest: '7' });
    await this.#pressInTurn(['cope.step', 'cope.done', 'cope.keep']);
    await this.#ask(this.alone, command('start'));
    await this.#pressInTurn(['fr.keep', 'fr.zones', 'fr.city', 'fr.land']);
    for (const { name } of definitions.commands) await this.#ask(this.alone, command(name));
    // What a platform shows by itself: no button leads there.
    await this.#press(today.route);
    await this.#press(decideDoubt.labelled('', 'leave', 'A'.repeat(22)).token);
    await this.#pressAll();
  }

  async #ask(person: Person, asked: RequestBody): Promise<void> {
    if (!keepsTo(this.#walker, asked)) return;
    if (asked.kind === 'command') this.met.add(`command ${asked.name}`);
    const seen = await person.asks(asked);
    this.#note(seen);
    if (seen.answer.kind === 'open') await this.#fillPages(person, seen.answer.form);
    else if (this.#walker.fieldsPerForm === 0) await this.#answerQuestions();
  }

  #note({ answer, view }: Seen): void {
    this.#buttons.note(view);
    this.answers.push(answer);
    if (answer.kind === 'refused') this.met.add(`refusal ${answer.reason}`);
  }

  /** With the canary, and with what is an answer; to the last page. */
  async #fillPages(person: Person, { token, step, stepCount, fields }: OpenForm): Promise<void> {
    const id = readToken(token)?.route ?? '';
    if (!this.#isFirst(`${id} ${step}`)) return;
    this.met.add(`form ${id} by page`);
    const all = (answer: (field: Field) => string) =>
      Object.fromEntries(fields.map(({ name, field }) => [name, answer(field)]));
    for (const answers of [all(() => said), { ...all(fitting), [said]: said }, all(fitting)]) {
      this.#note(await person.asks({ kind: 'form', token, step, answers }));
    }
    if (step + 1 < stepCount) await this.#ask(person, { kind: 'action', token: `form.next:${id}` });
  }

  /** With the canary, and where that is no answer with what is; to the last question. */
  async #answerQuestions(): Promise<void> {
    for (let open = await this.#openQuestion(); open !== null; open = await this.#openQuestion()) {
      const { id, step, field } = open;
      if (!this.#isFirst(`${id} ${step}`)) {
        await this.alone.says('cancel');
        return;
      }
      this.met.add(`form ${id} by question`);
      this.#note(await this.alone.says(said));
      if ((await this.#openQuestion())?.step === step) this.#note(await this.alone.says(fitting(field)));
    }
  }

  #isFirst(pageOrQuestion: string): boolean {
    const before = this.#filled.size;
    return this.#filled.add(pageOrQuestion).size > before;
  }

  /** The question of a form that waits for an answer, where a platform asks one by one. */
  async #openQuestion(): Promise<{ id: string; step: number; field: Field } | null> {
    const { store, now } = this.#world;
    const payload = await store.drafts.find(this.#walker.account, 'form', now());
    if (payload === null) return null;
    const draft = readDraft(payload);
    if (draft === null) return null;
    const { token, step } = draft;
    const form = definitions.forms.find(({ id }) => id === readToken(token)?.route);
    if (form === undefined) return null;
    const [name = ''] = stepsOf(form, 0)[step] ?? [];
    const field = form.fields[name];
    return field === undefined ? null : { id: form.id, step, field };
  }

  async #pressAll(): Promise<void> {
    for (let token = this.#buttons.next(); token !== undefined; token = this.#buttons.next()) await this.#press(token);
  }

  /** Presses one kind of button as long as there is one, then the next kind. */
  async #pressInTurn(routes: readonly string[]): Promise<void> {
    for (const route of routes) {
      const next = () => this.#buttons.newest(route);
      for (let token = next(); token !== undefined; token = next()) await this.#press(token);
    }
  }

  async #press(token: string): Promise<void> {
    const asked = { kind: 'action', token } as const;
    if (keepsTo(this.#walker, asked)) this.met.add(`action ${readToken(token)?.route ?? ''}`);
    await this.#ask(this.alone, asked);
  }

  /** What was kept goes, and what is said after is kept again: none of it may stay behind in the file. */
  async #changeTheirMind(): Promise<void> {
    const { consent } = this.#walker;
    if (consent === 'not asked') return;
    for (const keep of consent === 'no' ? ['yes', 'no'] : ['no', 'yes']) {
      await this.alone.says(`/settings keep:${keep} words:"${said}"`);
      await this.alone.asks(command('checkin', { note: `${said} again`, used: true }));
    }
  }

  /** A check-in whose details may wait, and a form that is left half filled. */
  async #leaveHalfDone(): Promise<void> {
    await this.alone.asks(command('checkin', { note: `${said} last` }), `${requested}-last`);
    const { answer } = await this.alone.asks(command('checkin', { form: 'yes' }));
    if (answer.kind === 'open') {
      const { token, step } = answer.form;
      await this.alone.asks({ kind: 'form', token, step, answers: { note: `${said} half`, mood: said } });
    } else {
      await this.alone.says('4');
      await this.alone.says(said);
    }
  }
}

/** Whether this leaves a choice as it is that was made before, or never is to be. */
function keepsTo({ consent }: Walker, asked: RequestBody): boolean {
  if (consent === 'on the way') return true;
  if (asked.kind === 'action') {
    const [, says] = /^(?:fr\.keep|cope\.keep|set\.flag:keep)\b.*:(yes|no)$/.exec(asked.token) ?? [];
    return says === undefined || says === consent;
  }
  return asked.kind !== 'command' || !('keep' in asked.options) || asked.options['keep'] === consent;
}
