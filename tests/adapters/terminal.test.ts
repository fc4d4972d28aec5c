import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { terminal } from '../../src/adapters/terminal/platform.ts';
import { noPaint, renderView } from '../../src/adapters/terminal/render.ts';
import { changeSession, openSession, type Session } from '../../src/adapters/terminal/session.ts';
import { noLimits } from '../../src/core/conversation/traffic.ts';
import { hostOf } from '../../src/core/host.ts';
import { openTimetable } from '../../src/core/meetings/timetable.ts';
import { noMetrics } from '../../src/core/platform/metrics.ts';
import { Temporal } from '../../src/core/values/time.ts';
import { type PlatformUnderTest, platformContract } from '../contracts/platform.ts';
import { quietLog } from '../support/storage.ts';
import { content, openWorld, type World } from '../support/world.ts';

const words = content.wordsFor('en');
const now = Temporal.Instant.from('2026-03-01T12:00Z');
const clock = { now: () => now };

function session(options: Parameters<typeof openSession>[0] = {}): Session {
  const opened = openSession({ as: 'newcomer', zone: 'UTC', ...options }, now, words);
  if ('length' in opened) throw new Error(opened.join(' '));
  return opened;
}

/** A terminal on the store of a world, with lines typed and output read by the test. */
async function openTerminal(world: World, options: { session?: Session; json?: boolean } = {}) {
  const input = new PassThrough();
  const output = new PassThrough({ encoding: 'utf8' });
  let printed = '';
  output.on('data', (chunk: string) => {
    printed += chunk;
  });
  const kind = terminal({
    onShift: () => {},
    input,
    output,
    session: options.session ?? session(),
    json: options.json ?? false,
  });
  const timetable = openTimetable(world.store.meetings);
  const shared = {
    store: world.store,
    content,
    timetable,
    clock,
    log: quietLog,
    traffic: noLimits,
    metrics: noMetrics,
  };
  const platform = await kind.open(hostOf(kind, shared));
  return {
    platform,
    printed: () => printed,
    /** Types a line, and gives what is printed for it. */
    async type(line: string): Promise<string> {
      const before = printed.length;
      input.write(`${line}\n`);
      while (printed.length === before || !printed.endsWith('\n')) await once(output, 'data');
      return printed.slice(before);
    },
    async end(): Promise<string> {
      input.end();
      await platform.ended;
      return printed;
    },
  };
}

async function underTest(): Promise<PlatformUnderTest> {
  const world = await openWorld();
  const on = await openTerminal(world);
  let last = '';
  let before = 0;
  const type = async (line: string) => (last = await on.type(line));
  return {
    platform: {
      ...on.platform,
      deliver: (delivery, signal) => {
        before = on.printed().length;
        return on.platform.deliver(delivery, signal);
      },
    },
    ask: type,
    press(label) {
      const number = /\[(\d+)\]/.exec(last.split('\n').find((line) => line.includes(label)) ?? '')?.[1];
      if (number === undefined) throw new Error(`No button ${label} in: ${last}`);
      return type(number);
    },
    async askInChannel(line) {
      await type(':in harbor');
      const shown = await type(line);
      // What others see of a terminal is what is not marked as for this person alone.
      return { shown, publicly: shown.startsWith('(only you can see this)') ? '' : shown };
    },
    deliveredText: () => on.printed().slice(before),
    async close() {
      await on.end();
      await world.close();
    },
  };
}

platformContract('terminal', underTest);

describe('the terminal', () => {
  it('is connected until its input ends', async () => {
    const world = await openWorld();
    const on = await openTerminal(world);
    expect(on.platform.connected()).toBe(true);
    await on.end();
    expect(on.platform.connected()).toBe(false);
    await world.close();
  });

  let world: World | undefined;
  afterEach(async () => {
    await world?.close();
    world = undefined;
  });

  async function converse(lines: readonly string[], options: Parameters<typeof openTerminal>[1] = {}): Promise<string> {
    world ??= await openWorld();
    const on = await openTerminal(world, options);
    for (const line of lines) await on.type(line);
    return on.end();
  }

  it('says how to chat and how to add a platform when nobody types', async () => {
    const printed = await converse([]);
    expect(printed).toContain('npm run chat');
    expect(printed).toContain('Add it to your community');
  });

  it('keeps a scale’s own numbers, and gives every other button the next one', async () => {
    const printed = await converse(['/craving 3', '/cope about:angry']);
    expect(printed).toContain('[0] Strength 0 of 10');
    expect(printed).toContain('[10] Strength 10 of 10');
    expect(printed).toContain('[11] Begin without a number');
  });

  it('walks a strategy to its end by numbers alone', async () => {
    world = await openWorld();
    const on = await openTerminal(world);
    await on.type('/cope');
    let shown = await on.type('1');
    for (let press = 0; press < 12 && !shown.includes('You stayed with it'); press += 1) shown = await on.type('1');
    expect(shown).toContain('Before 1, now 1.');
    await on.end();
  });

  it('has no button that was not shown, and none of someone else’s', async () => {
    const printed = await converse(['/checkin', '99', ':as friend', '1']);
    expect(printed).toContain('The last answer has no button 99.');
    expect(printed).toContain('You are friend now.');
    expect(printed).toContain('The last answer has no button 1.');
  });

  it('does not read what people write to each other in a community', async () => {
    const printed = await converse([':in harbor', 'hello everyone', ':in', 'hello']);
    expect(printed).toContain("I don't read what people write to each other");
    expect(printed).toContain('What would help?');
  });

  it('keeps people apart', async () => {
    const printed = await converse(['/checkin', ':as friend', '/progress']);
    expect(printed).toContain('Nothing here yet');
  });

  it('prints one JSON object an answer for scripts', async () => {
    const printed = await converse(['/checkin mood:9', ':as friend', '/checkin'], { json: true });
    const answers = printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(answers.map(({ answer }) => answer)).toEqual(['refused', 'notice', 'reply']);
    expect(answers[0]).toMatchObject({ reason: 'bad-input', problems: [{ field: 'mood' }] });
    expect(answers[2]).toMatchObject({
      audience: 'private',
      buttons: expect.arrayContaining([expect.objectContaining({ number: 1 })]),
    });
  });

  it('lets no control character reach the screen', () => {
    const nasty = 'a\u001b[2Jb\u0007\u202ec\u009b31m';
    const shown = renderView({ blocks: [{ kind: 'text', content: [{ kind: 'plain', text: nasty }] }] }, noPaint);
    expect(shown).toBe('a[2Jbc31m');
  });

  it.each([
    [':as ../../etc', "can't be a name here"],
    [':in a b', "can't be a name here"],
    [':role king', 'A role is moderator or member, not “king”.'],
    [':zone Atlantis', "I don't know the time zone “Atlantis”."],
    [':at teatime', '“teatime” is no time that I can read.'],
    [':nonsense', 'There is no “:nonsense”. :help lists what there is.'],
    [':help', 'A number presses that button of the last answer.'],
  ])('answers %s with a sentence', async (line, sentence) => {
    const changed = changeSession(session(), line, now, words);
    expect('problem' in changed ? changed.problem : changed.said).toContain(sentence);
  });

  it('reads the moved clock in the session’s own zone, whatever the order of the options', () => {
    const moved = session({ at: '2026-03-08T09:00', zone: 'America/New_York' });
    expect(now.add(moved.ahead).toString()).toBe('2026-03-08T13:00:00Z');
    expect(openSession({ zone: 'Nowhere', role: 'king' }, now, words)).toHaveLength(2);
  });
});
