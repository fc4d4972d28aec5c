import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RequestBody } from '../../src/core/language/request.ts';
import { databases } from '../support/raw-database.ts';
import { SealedDatabase } from '../support/sealed-database.ts';
import { strategyId, wordsOf } from '../support/sealed-people.ts';
import { opens } from '../support/sealed-readers.ts';
import { content, openWorld, type Person, type Seen } from '../support/world.ts';

describe.each(databases)('what is sealed in %s', (_, newDatabase) => {
  let sealed: SealedDatabase;

  beforeAll(async () => {
    sealed = await SealedDatabase.open(newDatabase);
  }, 60_000);
  afterAll(() => sealed.close());

  /** Asks the bot after a start of its own: nothing is cached. */
  async function asAfterAStart(
    name: string,
    ask: (person: Person) => Promise<void>,
    community: string | null = null,
  ): Promise<void> {
    const { store, close } = await sealed.raw.open();
    const world = await openWorld({ store });
    try {
      await ask(world.person(name, { community, moderator: community !== null, zone: 'UTC' }));
    } finally {
      await world.close();
      await close();
    }
  }

  it('gives no community another one’s settings when two exchanged what they are found by', async () => {
    const { harbor, hillside } = sealed.people;
    await sealed.whileExchanged('Community', [harbor.communityId, hillside.communityId], async () => {
      for (const place of [harbor, hillside]) {
        expect(await opens(sealed.reads().communities.find(place))).toBe(false);
        const { key } = place;
        await asAfterAStart('amy', async ({ says }) => expectPlainRefusal(await says('/community country:DE')), key);
        await asAfterAStart('amy', async ({ says }) => expectHelp(await says('/sos')), key);
      }
    });
    const rows = await sealed.raw.rows('SELECT "country" FROM "Community"');
    expect(rows.map(({ country }) => country)).toEqual(['IE', 'IE']);
  });

  it('shows a member no word of another one’s, whichever way their rows were exchanged', async () => {
    const { amy, bob } = sealed.people;
    const bothAsk = async () => {
      for (const [me, other] of [
        [amy, bob],
        [bob, amy],
      ] as const) {
        await asAfterAStart(me.key, async (person) => {
          const answers = await everyReadOf(person);
          for (const line of ['/settings', '/checkin note:"one more"', 'hello']) answers.push(await person.says(line));
          for (const { text } of answers) expect(text).not.toContain(wordsOf(other));
          expectPlainRefusal(await person.says('/progress'));
          expectHelp(await person.says('/sos'));
        });
      }
    };
    await sealed.whileExchanged('Account', [amy.accountId, bob.accountId], bothAsk);

    const give = async (toAmy: string, toBob: string) => {
      const point = 'UPDATE "Account" SET "memberId" = $1 WHERE "id" = $2';
      await sealed.raw.run(point, toAmy, amy.accountId);
      await sealed.raw.run(point, toBob, bob.accountId);
    };
    await give(bob.memberId, amy.memberId);
    await bothAsk();
    await give(amy.memberId, bob.memberId);
  });

  it('answers its member with a plain sentence when it cannot be read, and with help when they ask for that', async () => {
    const { amy, amyElsewhere } = sealed.people;
    const checkIns = () => sealed.raw.rows('SELECT * FROM "CheckIn" ORDER BY "memberId", "day"');
    const before = await checkIns();
    for (const cell of sealed.cellsOf(amy.memberId)) {
      if ((cell.ids['accountId'] ?? cell.ids['id']) === amyElsewhere.accountId) continue;
      // What is sent to her is read by the outbox, and never by what she asks.
      if (cell.table === 'Delivery') continue;
      await sealed.whileChanged([cell], () =>
        asAfterAStart('amy', async (person) => {
          const refused = (await everyReadOf(person)).filter(failed);
          expect(refused.length, cell.name).toBeGreaterThan(0);
          for (const seen of refused) expectPlainRefusal(seen);
          expectHelp(await person.says('/sos'));
        }),
      );
    }
    expect(await checkIns()).toEqual(before);
    await asAfterAStart('amy', async ({ says }) => expect((await says('/progress')).answer.kind).toBe('reply'));
  });

  it('answers all others as ever while one member’s rows cannot be read', async () => {
    const { amy, bob } = sealed.people;
    await sealed.whileChanged(sealed.cellsOf(amy.memberId), () =>
      asAfterAStart('bob', async ({ says }) => {
        expect((await says('/progress')).text).toContain('2 check-ins in a row');
        expect((await says('/settings')).text).toContain(wordsOf(bob));
      }),
    );
    expect(await sealed.unreadable()).toEqual([]);
  });
});

/** Everything that reads a sealed cell of the member who asks. Two of them are repeats, whose answers are remembered. */
async function everyReadOf({ asks }: Person): Promise<Seen[]> {
  const hello: RequestBody = { kind: 'text', text: 'hello' };
  const each: readonly [RequestBody, requestId: string][] = [
    [hello, 'first'],
    [hello, 'second'],
    [{ kind: 'command', name: 'progress', options: {} }, randomUUID()],
    [{ kind: 'command', name: 'settings', options: {} }, randomUUID()],
    [hello, randomUUID()],
    [{ kind: 'action', token: 'fr.keep:skip' }, randomUUID()],
    [{ kind: 'action', token: `cope.done:run:${strategyId}:craving:7:3` }, randomUUID()],
  ];
  const seen: Seen[] = [];
  for (const [asked, requestId] of each) seen.push(await asks(asked, requestId));
  return seen;
}

/** Refused, but not for an answer that does not fit the question of a form. */
function failed({ answer }: Seen): boolean {
  return answer.kind === 'refused' && answer.reason !== 'bad-input';
}

function expectPlainRefusal({ answer, text }: Seen): void {
  expect(answer).toMatchObject({ kind: 'refused', reason: 'failed' });
  expect(text).toContain(content.wordsFor('en').text('refused.failed'));
  expect(text).toContain('What would help?');
  expect(text).not.toContain('sealed value');
}

function expectHelp({ answer, text }: Seen): void {
  expect(answer.kind).toBe('reply');
  expect(text).toMatch(/If a life is in danger now/);
}
