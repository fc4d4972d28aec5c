import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenForm } from '../src/core/conversation/answer.ts';
import { stepsOf } from '../src/core/conversation/asking-forms.ts';
import type { Command } from '../src/core/conversation/command.ts';
import type { Field } from '../src/core/conversation/field.ts';
import type { Asked } from '../src/core/conversation/request.ts';
import { readToken, tokenBytes } from '../src/core/conversation/token.ts';
import { buttonsOf } from '../src/core/conversation/view.ts';
import { definitionsOver } from '../src/core/definitions.ts';
import type { MemberId } from '../src/core/ids.ts';
import type { Log, Store } from '../src/core/ports.ts';
import type { Day, Temporal } from '../src/core/time.ts';
import { openLog } from '../src/log.ts';
import type { Storage } from '../src/storage/storage.ts';
import { meeting, now } from './contracts/storage/fixtures.ts';
import { startPostgres } from './support/postgres.js';
import { openPostgresStorage, openSqliteStorage, scratchFolder } from './support/storage.ts';
import { content, openWorld, type Person, type Seen, type World } from './support/world.ts';

/** What members say: their notes, their own words, whatever they type anywhere. */
const said = 'Qvyxzbrundlewock';
/** What they and their communities are called on their platforms. */
const named = 'Jfhqplumzvothexi';
/** What their platforms call their requests. */
const requested = 'Bxwmokturvandils';
const canaries = [said, named, requested];

const definitions = definitionsOver(content);

// ---- the walk: everything that can be asked, with the canary wherever words can stand

/** What a member chose about keeping what they say: before anything else, never, or by every button that offers it. */
type Consent = 'yes' | 'no' | 'not asked' | 'on the way';

interface Walker {
  readonly name: string;
  readonly community: string;
  readonly consent: Consent;
  readonly fieldsPerForm: number;
}

const walkers: readonly Walker[] = (
  [
    ['on the way', 0],
    ['on the way', 5],
    ['yes', 5],
    ['no', 5],
    ['not asked', 5],
  ] as const
).map(([consent, fieldsPerForm]) => {
  const name = `${named}-${consent.replaceAll(' ', '-')}-${fieldsPerForm}`;
  return { name, community: `${name}-community`, consent, fieldsPerForm };
});

/** What was met on the way, to prove that nothing was passed by. */
interface Met {
  readonly commands: Set<string>;
  readonly routes: Set<string>;
  readonly forms: Set<string>;
  readonly reasons: Set<string>;
}

function nothingMet(): Met {
  return { commands: new Set(), routes: new Set(), forms: new Set(), reasons: new Set() };
}

/** Something that fits the field; the canary wherever any words do. */
function fitting(field: Field): string {
  switch (field.kind) {
    case 'integer':
      return String(field.min);
    case 'choice':
      return field.choices[0]?.value ?? '';
    case 'choices':
      return field.choices.map(({ value }) => value).join(', ');
    case 'flag':
      return 'yes';
    case 'text': {
      const fits = [said, 'Berlin', '05:00', 'IE', '2026-03-01'].find((one) => field.schema.safeParse(one).success);
      if (fits === undefined) throw new Error(`Nothing here fits ${field.label}: add what does`);
      return fits;
    }
  }
}

/** Whether this leaves a choice as it is that was made before, or never is to be. */
function keepsTo({ consent }: Walker, asked: Asked): boolean {
  if (consent === 'on the way') return true;
  if (asked.kind === 'action') {
    const [, says] = /^(?:fr\.keep|cope\.keep|set\.flag:keep)\b.*:(yes|no)$/.exec(asked.token) ?? [];
    return says === undefined || says === consent;
  }
  return asked.kind !== 'command' || !('keep' in asked.options) || asked.options['keep'] === consent;
}

/** A command with nothing, with every option that it has, and with the canary in each. */
function waysToAsk({ name, options }: Command): readonly Asked[] {
  const command = (given: Record<string, string>): Asked => ({ kind: 'command', name, options: given });
  const all = Object.fromEntries(Object.entries(options).map(([option, field]) => [option, fitting(field)]));
  const { keep: _, form: __, ...others } = all;
  return [command({}), command(all), command(others), command({ ...others, [said]: said })];
}

/** Each option by itself, fitting and not, and everything as a line that is typed. */
function otherWaysToAsk({ name, options }: Command): readonly Asked[] {
  const typed = (rest: string): Asked => ({ kind: 'typed', name, rest });
  return [
    ...Object.entries(options).flatMap(([option, field]): Asked[] => [
      { kind: 'command', name, options: { [option]: fitting(field) } },
      { kind: 'command', name, options: { [option]: said } },
      typed(`${option}:"${said}`),
    ]),
    typed(said),
    typed(`${said}:"${said} \\" ${said}" "${said}`),
  ];
}

const strayWords: readonly Asked[] = [
  { kind: 'text', text: said },
  { kind: 'text', text: `a long story ${said} `.repeat(200) },
  { kind: 'text', text: `\u0007${said}\u0000\ud800 ${said}` },
  { kind: 'text', text: `line\n    at ${said} (${said}.ts:1:1)\n${said}` },
  { kind: 'text', text: `{"note":"${said}"` },
  { kind: 'command', name: said, options: { [said]: said } },
  { kind: 'typed', name: said, rest: said },
  { kind: 'typed', name: '', rest: said },
];

/** Tokens and forms that nobody was shown: old, forged, or mangled on their way. */
function forged(): readonly Asked[] {
  const routes = definitions.actions.map(({ route }) => route);
  const ids = definitions.forms.map(({ id }) => id);
  const tokens = [
    said,
    `${said}:${said}`,
    ...routes.flatMap((route) => [`${route}:${said}`, `${route}:${said}:${said}`, `${route}:2026-03-01:${said}`]),
    ...ids.flatMap((id) => [`form.answer:${id}:0:${said}`, `form.skip:${id}:${said}`, `form.next:${said}`]),
    `%${said}`,
  ].filter((token) => Buffer.byteLength(token) <= tokenBytes);
  return [
    ...tokens.map((token): Asked => ({ kind: 'action', token })),
    ...[said, ...ids].flatMap((id): Asked[] => [
      { kind: 'form', token: id, step: 0, answers: { [said]: said } },
      { kind: 'form', token: `${id}:${said}`, step: 99, answers: { note: said } },
    ]),
  ];
}

/** Goes through everything as one member, alone with the bot and in a community that they moderate. */
async function walk(world: World, walker: Walker, met: Met): Promise<void> {
  const { name, community, consent, fieldsPerForm } = walker;
  // The others go through what a choice makes a difference to: words that fit nothing never come as far.
  const thorough = consent === 'on the way';
  const filled = new Set<string>();
  const alone = world.person(name, { zone: 'UTC' });
  const among = world.person(name, { zone: 'UTC', community, moderator: true });
  const found = new Tokens(thorough ? 3 : 1);

  async function ask(person: Person, asked: Asked): Promise<void> {
    if (!keepsTo(walker, asked)) return;
    if (asked.kind === 'command') met.commands.add(asked.name);
    const seen = await person.asks(asked);
    note(seen);
    await fillForms(person, seen);
  }

  function note(seen: Seen): void {
    found.from(seen);
    if (seen.answer.kind === 'refused') met.reasons.add(seen.answer.reason);
  }

  /** A form that this began is answered to its end, the first time: with the canary, and where that is no answer with what is. */
  async function fillForms(person: Person, { answer }: Seen): Promise<void> {
    if (answer.kind === 'open') return fillPages(person, answer.form);
    if (fieldsPerForm > 0) return;
    for (let open = await openQuestion(world, name); open !== null; open = await openQuestion(world, name)) {
      if (filled.has(`${open.form} ${open.step}`)) return void (await alone.says('cancel'));
      filled.add(`${open.form} ${open.step}`);
      met.forms.add(`${open.form} by question`);
      note(await alone.says(said));
      if ((await openQuestion(world, name))?.step === open.step) note(await alone.says(fitting(open.field)));
    }
  }

  async function fillPages(person: Person, form: OpenForm): Promise<void> {
    const { token, step, fields } = form;
    const id = readToken(token)?.route ?? '';
    if (filled.has(`${id} ${step}`)) return;
    filled.add(`${id} ${step}`);
    met.forms.add(`${id} by page`);
    const all = (answer: (field: Field) => string) =>
      Object.fromEntries(fields.map(({ name, field }) => [name, answer(field)]));
    for (const answers of [all(() => said), { ...all(fitting), [said]: said }, all(fitting)]) {
      note(await person.asks({ kind: 'form', token, step, answers }));
    }
    if (step + 1 < form.stepCount) await ask(person, { kind: 'action', token: `form.next:${id}` });
  }

  async function pressAll(): Promise<void> {
    for (let token = found.next(); token !== undefined; token = found.next()) await press(token);
  }

  async function press(token: string): Promise<void> {
    met.routes.add(readToken(token)?.route ?? '');
    await ask(alone, { kind: 'action', token });
  }

  /** Presses one kind of button as long as there is one, then the next kind. */
  async function pressInTurn(routes: readonly string[]): Promise<void> {
    for (const route of routes) {
      for (let token = found.newest(route); token !== undefined; token = found.newest(route)) await press(token);
    }
  }

  if (consent === 'yes' || consent === 'no') await alone.says(`/settings keep:${consent}`);
  if (thorough) {
    await checkInThreeDaysAgo(world, alone);
    // Asked of those alone who have not answered it yet: by other buttons they soon would have.
    await ask(alone, { kind: 'typed', name: 'craving', rest: '7' });
    await pressInTurn(['cope.step', 'cope.done', 'cope.keep']);
    await ask(alone, { kind: 'command', name: 'start', options: {} });
    await pressInTurn(['fr.keep', 'fr.zones', 'fr.city', 'fr.land']);
    for (const { name } of definitions.commands) await ask(alone, { kind: 'command', name, options: {} });
    await pressAll();
  }
  await alone.asks({ kind: 'command', name: 'checkin', options: { note: said } }, `${requested}-first`);
  for (const person of [alone, among]) {
    for (const command of definitions.commands) for (const asked of waysToAsk(command)) await ask(person, asked);
  }
  if (thorough && fieldsPerForm === 0) {
    for (const asked of [...definitions.commands.flatMap(otherWaysToAsk), ...strayWords, ...forged()]) {
      await ask(alone, asked);
    }
  }
  await pressAll();
  await changeTheirMind(alone, consent);
  await leaveHalfDone(alone);
}

/** Where there is nothing to list, other ways to find a meeting are shown at once, and no button leads there. */
async function importMeeting(store: Store): Promise<void> {
  await store.transaction(async ({ meetings }) => {
    await meetings.addBatch({ name: 'Harbor', program: 'aa' }, 'import', [meeting('early-birds')], now);
    await meetings.switchTo('Harbor', 'import', now);
  });
}

/** Days that were missed since can be filled in. */
async function checkInThreeDaysAgo(world: World, person: Person): Promise<void> {
  const today = world.now().toZonedDateTimeISO('UTC').toPlainDateTime();
  world.itIs(today.subtract({ days: 3 }).toString(), 'UTC');
  await person.says('/checkin');
  world.itIs(today.toString(), 'UTC');
}

/** The buttons that were shown. A few of each kind are pressed: the second step of a strategy is like the first. */
class Tokens {
  readonly #shown = new Set<string>();
  readonly #open: string[] = [];
  readonly #pressed = new Map<string, number>();
  readonly #ofEachKind: number;

  constructor(ofEachKind: number) {
    this.#ofEachKind = ofEachKind;
  }

  from({ view }: Seen): void {
    for (const button of buttonsOf(view)) {
      if (button.kind !== 'action' || this.#shown.has(button.token)) continue;
      this.#shown.add(button.token);
      this.#open.push(button.token);
    }
  }

  next(): string | undefined {
    for (let token = this.#open.shift(); token !== undefined; token = this.#open.shift()) {
      const { route = '', args = [] } = readToken(token) ?? {};
      const kind = `${route} ${args.length}`;
      const pressed = this.#pressed.get(kind) ?? 0;
      this.#pressed.set(kind, pressed + 1);
      if (pressed < this.#ofEachKind) return token;
    }
    return undefined;
  }

  /** The last that was shown, of one kind. Those that stood beside it are other ways, and stay for later. */
  newest(route: string): string | undefined {
    const index = this.#open.findLastIndex((token) => readToken(token)?.route === route);
    return index < 0 ? undefined : this.#open.splice(index, 1)[0];
  }
}

/** The question of a form that waits for an answer, where a platform asks one by one. */
async function openQuestion({ store, now }: Pick<World, 'store' | 'now'>, name: string) {
  const payload = await store.drafts.find(refOf(name), 'form', now());
  if (payload === null) return null;
  const { token, step } = JSON.parse(payload) as { token: string; step: number };
  const form = definitions.forms.find(({ id }) => id === readToken(token)?.route);
  const field = form?.fields[form === undefined ? '' : (stepsOf(form, 0)[step]?.[0] ?? '')];
  return form === undefined || field === undefined ? null : { form: form.id, step, field };
}

/** What was kept goes, and what is said after is kept again: none of it may stay behind in the file. */
async function changeTheirMind(person: Person, consent: Consent): Promise<void> {
  if (consent === 'not asked') return;
  const [one, other] = consent === 'no' ? ['yes', 'no'] : ['no', 'yes'];
  for (const keep of [one, other]) {
    await person.says(`/settings keep:${keep} words:"${said}"`);
    await person.asks({ kind: 'command', name: 'checkin', options: { note: `${said} again`, used: true } });
  }
}

/** A check-in whose details may wait, and a form that is left half filled. */
async function leaveHalfDone(person: Person): Promise<void> {
  await person.asks({ kind: 'command', name: 'checkin', options: { note: `${said} last` } }, `${requested}-last`);
  const { answer } = await person.asks({ kind: 'command', name: 'checkin', options: { form: 'yes' } });
  if (answer.kind === 'open') {
    const { token, step } = answer.form;
    await person.asks({ kind: 'form', token, step, answers: { note: `${said} half`, mood: said } });
  } else {
    await person.says('4');
    await person.says(said);
  }
}

const refOf = (key: string) => ({ platform: 'memory', key });

// ---- the search

/** Every way in which a word may stand in a file. Letters are compared without their case, but where it carries bits. */
function spellingsOf(word: string): readonly { how: string; bytes: string; exact: boolean }[] {
  const utf8 = Buffer.from(word);
  const base64 = [0, 1, 2].map((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), utf8]);
    // Only the letters that hold nothing of what stands before or after.
    return whole.toString('base64').slice(Math.ceil((offset * 8) / 6), Math.floor((whole.length * 8) / 6));
  });
  const url = base64.map((letters) => letters.replaceAll('+', '-').replaceAll('/', '_'));
  return [
    { how: 'UTF-8', bytes: word.toLowerCase(), exact: false },
    // Without the last zero, which the other byte order has at the other end.
    { how: 'UTF-16', bytes: Buffer.from(word.toLowerCase(), 'utf16le').toString('latin1').slice(0, -1), exact: false },
    { how: 'hexadecimal', bytes: utf8.toString('hex'), exact: false },
    ...base64.map((bytes, offset) => ({ how: `base64 from ${offset}`, bytes, exact: true })),
    ...url.map((bytes, offset) => ({ how: `base64url from ${offset}`, bytes, exact: true })),
  ];
}

/** Where the words stand, in bytes. A file that went meanwhile (a server's temporary one) holds nothing. */
function tracesOf(words: readonly string[], files: readonly string[]): readonly string[] {
  const spellings = words.flatMap((word) => spellingsOf(word).map((spelling) => ({ word, ...spelling })));
  return files.flatMap((file) => {
    const bytes = contentOf(file);
    const anyCase = bytes.toLowerCase();
    return spellings
      .filter(({ bytes: needle, exact }) => (exact ? bytes : anyCase).includes(needle))
      .map(({ word, how }) => `${word} as ${how} in ${file}`);
  });
}

function contentOf(file: string): string {
  try {
    // One character for each byte.
    return readFileSync(file, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

// ---- where it is kept

interface Kept {
  readonly storage: Storage;
  /** Everything that was written to a disk; null where the server is not ours to look into. */
  files(): Promise<readonly string[] | null>;
  /** Writes to the database, with no code of ours between. */
  change(sql: string): Promise<void>;
  close(): Promise<void>;
}

type Keep = (folder: string, log: Log) => Promise<Kept>;

const onSqlite: Keep = async (folder, log) => {
  const file = join(folder, 'data', 'handrail.db');
  const storage = await openSqliteStorage(file, { log, keyFiles: [join(folder, 'data.key')] });
  return {
    storage,
    files: async () => filesIn(folder),
    async change(sql) {
      const db = new Sqlite(file);
      db.exec(sql);
      db.close();
    },
    close: async () => {},
  };
};

const onPostgresql: Keep = async (folder, log) => {
  const server = await startPostgres();
  const url = await server.newDatabase();
  const keyFile = join(folder, 'data.key');
  writeFileSync(keyFile, randomBytes(32).toString('base64'), { mode: 0o600 });
  const storage = await openPostgresStorage(url, keyFile, { log });
  const client = new pg.Client(url);
  await client.connect();
  return {
    storage,
    async files() {
      if (server.own === null) return null;
      await client.query('CHECKPOINT');
      return [...filesIn(folder), ...filesIn(server.own.folder)];
    },
    async change(sql) {
      await client.query(sql);
    },
    async close() {
      await client.end();
      await server.stop();
    },
  };
};

it('finds a word however it is spelled, wherever it begins, in any case', () => {
  const folder = scratchFolder();
  const file = join(folder.path, 'planted');
  const plant = (bytes: Uint8Array | string): readonly string[] => {
    writeFileSync(file, bytes);
    return tracesOf([said], [file]).map((trace) => trace.replace(` in ${file}`, ''));
  };
  const around = (before: string, after: string) => Buffer.from(`${before}${said}${after}`);
  expect(plant(around('x', 'y').toString('latin1').toUpperCase())).toEqual([`${said} as UTF-8`]);
  expect(plant(Buffer.from(`x${said}y`, 'utf16le'))).toEqual([`${said} as UTF-16`]);
  expect(plant(Buffer.from(`x${said}y`, 'utf16le').swap16())).toEqual([`${said} as UTF-16`]);
  expect(plant(`\\x00${around('x', 'y').toString('hex').toUpperCase()}`)).toEqual([`${said} as hexadecimal`]);
  for (const before of ['', 'x', 'xy', 'xyz']) {
    for (const after of ['', 'x', 'xy']) {
      const offset = before.length % 3;
      const bytes = around(before, after);
      for (const encoding of ['base64', 'base64url'] as const) {
        expect(plant(`"${bytes.toString(encoding)}"`)).toContain(`${said} as ${encoding} from ${offset}`);
      }
    }
  }
  expect(plant('nothing of it')).toEqual([]);
  folder.remove();
});

describe('private by default, in the real program', () => {
  const cli = new URL('../dist/cli.js', import.meta.url).pathname;
  const lines = [
    `/settings keep:yes words:"${said}"`,
    `/checkin mood:2 note:"${said}"`,
    `/checkin form:yes`,
    said,
    ...definitions.commands.flatMap(({ name, options }) => [
      `/${name} ${said}`,
      ...Object.keys(options).map((option) => `/${name} ${option}:"${said}"`),
    ]),
    `/${said} ${said}`,
    `:as ${named}-other`,
    `:in ${named}`,
    ':role moderator',
    '/community country:IE',
    `/checkin note:"${said}"`,
    said,
    `:${said}`,
    `:zone ${said}`,
    ':in',
    `/checkin form:yes`,
    said,
    `/checkin note:"${said}"`,
  ];

  it('what is said stands on the screen, and in no file: neither while it runs, nor after, nor in its log', async () => {
    const folder = scratchFolder();
    const data = join(folder.path, 'data');
    mkdirSync(data);
    const logFile = join(data, 'stderr.log');
    const stderr = openSync(logFile, 'w');
    const child = spawn(process.execPath, [cli, 'chat', '--json', '--as', named, '--zone', 'UTC'], {
      cwd: folder.path,
      env: { PATH: process.env['PATH'], HANDRAIL_DATA_DIR: data, LOG_LEVEL: 'debug' },
      stdio: ['pipe', 'pipe', stderr],
    });
    closeSync(stderr);
    const ended = once(child, 'exit');
    const shown: string[] = [];
    const { stdin, stdout } = child;
    if (stdin === null || stdout === null) throw new Error('No pipes');
    stdin.write(`${lines.join('\n')}\n`);
    for await (const line of createInterface({ input: stdout })) {
      shown.push(line);
      if (shown.length < lines.length) continue;
      if (shown.length === lines.length) {
        expect(filesIn(data).filter((file) => file.endsWith('-wal') && statSync(file).size > 0)).toHaveLength(1);
        expect(tracesOf(canaries, filesIn(folder.path))).toEqual([]);
        stdin.end();
      }
    }
    expect(await ended).toEqual([0, null]);
    expect(shown).toHaveLength(lines.length);
    expect(shown.join('\n')).toContain(`Note: ${said}`);
    expect(readFileSync(logFile, 'utf8')).toContain('platform started');
    expect(tracesOf(canaries, filesIn(folder.path))).toEqual([]);
    folder.remove();
  });
});

describe.each([
  ['SQLite', onSqlite, '-wal'],
  ['PostgreSQL', onPostgresql, '/pg_wal/'],
])('private by default, on %s: what members say and what they are called', (_, keep, wal) => {
  const folder = scratchFolder();
  const logFile = join(folder.path, 'data', 'debug.log');
  const met = nothingMet();
  const worlds = new Map<Walker, World>();
  let kept: Kept;
  let store: Store;

  beforeAll(async () => {
    mkdirSync(dirname(logFile));
    const log = openLog('debug', { write: (line) => appendFileSync(logFile, line) });
    kept = await keep(folder.path, log);
    store = kept.storage.store;
    await importMeeting(store);
    for (const walker of walkers) {
      worlds.set(walker, await openWorld({ store, log, fieldsPerForm: walker.fieldsPerForm }));
    }
    await Promise.all([...worlds].map(([walker, world]) => walk(world, walker, met)));
  }, 60_000);
  afterAll(async () => {
    for (const world of worlds.values()) await world.close();
    await kept.storage.close();
    await kept.close();
    folder.remove();
  });

  /** Asks as each of them once more. */
  async function everyoneSays(line: string): Promise<readonly Seen[]> {
    return Promise.all([...worlds].map(([{ name }, world]) => world.person(name).says(line)));
  }

  async function expectNoTrace(skip: (why: string) => void): Promise<void> {
    const files = await kept.files();
    if (files === null) return skip('TEST_DATABASE_URL names a server whose files are not ours to read');
    expect(files).toContain(logFile);
    expect(tracesOf(canaries, files)).toEqual([]);
  }

  it('were put through every command, button and form there is, and the words were taken', () => {
    const missed = {
      commands: definitions.commands.filter(({ name }) => !met.commands.has(name)).map(({ name }) => name),
      routes: definitions.actions.filter(({ route }) => !met.routes.has(route)).map(({ route }) => route),
      forms: definitions.forms
        .flatMap(({ id }) => [`${id} by page`, `${id} by question`])
        .filter((form) => !met.forms.has(form)),
    };
    expect(missed).toEqual({ commands: [], routes: [], forms: [] });
    const reasons = ['bad-input', 'no-community', 'unknown-action', 'unknown-command'];
    expect([...met.reasons]).toEqual(expect.arrayContaining(reasons));
  });

  it.each(walkers)('can be read back by $name, as they chose: $consent', async ({
    name,
    community,
    consent,
    fieldsPerForm,
  }) => {
    const account = await store.members.find(refOf(name));
    expect(account?.member).toMatchObject({
      ownWords: said,
      keepsDetails: { 'on the way': true, yes: true, no: false, 'not asked': null }[consent],
    });
    expect(await store.communities.find(refOf(community))).not.toBeNull();
    const now = [...worlds.values()][0]?.now() as Temporal.Instant;
    const days = await store.checkIns.since(account?.member.id as MemberId, '2000-01-01' as Day);
    const notes = days.map(({ details }) => details.note ?? '').join('\n');
    expect(notes.includes(`${said} last`)).toBe(consent === 'yes' || consent === 'on the way');
    const waiting = await store.drafts.find(refOf(name), 'details', now);
    expect(waiting?.includes(`${said} last`) ?? false).toBe(consent === 'not asked');
    const half = await store.drafts.find(refOf(name), 'form', now);
    // Asked one by one, words that are no answer are not kept.
    expect(half).toContain(fieldsPerForm === 0 ? '"mood":"4"' : `${said} half`);
    const answer = await store.handled.answer(refOf(name), `${requested}-last`);
    expect(answer?.includes(said)).toBe(consent !== 'no');
  });

  it('stand in no file while the bot runs, in whatever letters, what was written ahead included', async ({ skip }) => {
    await expectNoTrace(skip);
    const ahead = (await kept.files())?.filter((file) => file.includes(wal) && statSync(file).size > 0);
    expect(ahead?.length).toBeGreaterThan(0);
  });

  it('stand in no line of the log when rows cannot be read, or the database is away', async ({ skip }) => {
    await kept.change(`UPDATE "Member" SET "ownWords" = "wrappedKey"`);
    for (const { text } of await everyoneSays(`/checkin note:"${said}"`))
      expect(text).toContain('Something went wrong on my side');
    await kept.storage.close();
    for (const { text } of await everyoneSays(`/checkin note:"${said}"`))
      expect(text).toContain("I can't reach my records");
    for (const { text } of await everyoneSays(`/sos ${said}`)) expect(text).toContain('If a life is in danger now');
    const log = readFileSync(logFile, 'utf8');
    expect(log).toContain('a handler failed');
    expect(log).toContain('answered without the database');
    await expectNoTrace(skip);
  });

  it('would be found if they were there', async ({ skip }) => {
    const planted = 'Wkzzyggrophantle';
    await kept.change(`UPDATE "Community" SET "zone" = '${planted}'`);
    const files = await kept.files();
    if (files === null) return skip('TEST_DATABASE_URL names a server whose files are not ours to read');
    expect(tracesOf([planted], files)).not.toEqual([]);
  });
});
