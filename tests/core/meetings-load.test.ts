import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../src/core/language/answer.ts';
import { toPlainText } from '../../src/core/language/plain-text.ts';
import type { RequestBody } from '../../src/core/language/request.ts';
import { importMeetings } from '../../src/core/meetings/import.ts';
import type { Meeting } from '../../src/core/meetings/meeting.ts';
import type { ZoneId } from '../../src/core/values/time.ts';
import { meeting } from '../contracts/storage/fixtures.ts';
import { longestHoldMs } from '../support/loop.ts';
import { openWorld, type Person, type World } from '../support/world.ts';

const meetingCount = 20_000;
const membersAtOnce = 30;
/** Whoever asks for help meanwhile waits no longer than this. */
const holdMaxMs = 100;

const zones = (
  'America/New_York America/Chicago America/Denver America/Los_Angeles America/Nuuk America/Sao_Paulo Europe/London ' +
  'Europe/Paris Europe/Athens Africa/Lagos Asia/Kolkata Asia/Tokyo Australia/Lord_Howe Australia/Sydney Pacific/Apia'
).split(' ') as ZoneId[];

/** Meetings of every quarter of an hour of the week. One in ten has no zone. */
const feed: readonly Meeting[] = Array.from({ length: meetingCount }, (_, i) =>
  meeting(`meeting-${i}`, {
    name: `Meeting “${i}” at O'Hara's 🌅`,
    weekday: 1 + (i % 7),
    startMinute: 15 * ((i * 31) % 96),
    durationMinutes: i % 3 === 0 ? null : 60,
    zone: i % 10 === 0 ? null : (zones[i % zones.length] ?? null),
    types: ['O', 'D'],
    location: 'St. Mary’s hall',
    address: '1 Main St, Springfield',
    joinUrl: `https://example.org/${i}`,
  }),
);

describe('with twenty thousand meetings, nobody else waits', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.close());

  const importFeed = () =>
    importMeetings(world.store, { now: () => world.now() }, { name: 'Harbor', program: 'aa' }, randomUUID(), feed);

  const meetings: RequestBody = { kind: 'typed', name: 'meetings', rest: '' };
  /** What each is answered when all ask at once. Nothing but the answering is measured. */
  async function holdOfAnswers(people: readonly Person[], asked: RequestBody) {
    const { inbox } = world.platform;
    const requests = people.map((person) => person.request());
    let answers: readonly Answer[] = [];
    const held = await longestHoldMs(async () => {
      answers = await Promise.all(requests.map((request) => inbox.read(asked, { opensForms: true }).answer(request)));
    });
    return { held, answers: answers.map((answer) => ('view' in answer ? toPlainText(answer.view) : '')) };
  }

  async function holdOfThirty(time: string, asked: RequestBody): Promise<number> {
    world.itIs(`2026-03-02T${time}`, 'America/New_York');
    const people = Array.from({ length: membersAtOnce }, (_, i) =>
      world.person(`member-${i}`, { zone: zones[i % zones.length] ?? 'UTC' }),
    );
    const { held, answers } = await holdOfAnswers(people, asked);
    for (const answer of answers) expect(answer).toContain('Meeting “');
    return held;
  }

  it('while they are imported', async () => {
    expect(await longestHoldMs(importFeed)).toBeLessThanOrEqual(holdMaxMs);
  });

  it('while somebody asks for the first time', async () => {
    world.itIs('2026-03-02T19:07', 'America/New_York');
    const somebody = world.person('somebody', { zone: 'America/New_York' });
    const { held, answers } = await holdOfAnswers([somebody], meetings);
    expect(answers.join()).toContain('Meeting “');
    expect(held).toBeLessThanOrEqual(holdMaxMs);
  });

  it.each([
    ['ask at once', '19:08', meetings],
    ['open at once the page that holds them among the rest', '19:09', { kind: 'action', token: 'today' }],
  ] as const)('while thirty %s', async (_, time, asked) => {
    expect(await holdOfThirty(time, asked)).toBeLessThanOrEqual(holdMaxMs);
  });

  it('while a new list takes the place of the old one, and thirty ask for it at once', async () => {
    expect(await longestHoldMs(importFeed)).toBeLessThanOrEqual(holdMaxMs);
    expect(await holdOfThirty('19:10', meetings)).toBeLessThanOrEqual(holdMaxMs);
  });
});
