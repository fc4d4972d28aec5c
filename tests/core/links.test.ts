import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checklistIn, lineIn } from '../../src/core/communities/setup.ts';
import { today } from '../../src/core/help/buttons.ts';
import type { RequestBody } from '../../src/core/language/request.ts';
import { readToken } from '../../src/core/language/token.ts';
import { buttonsOf, type View } from '../../src/core/language/view.ts';
import { helpNow } from '../../src/core/safety/buttons.ts';
import { helpIn } from '../../src/core/safety/commands.ts';
import type { Storage } from '../../src/storage/open.ts';
import { ShownButtons } from '../support/shown-buttons.ts';
import { openSqliteStorage, quietLog, scratchFolder } from '../support/storage.ts';
import { definitions, waysToAsk } from '../support/ways-to-ask.ts';
import { content, openWorld, type Seen, type World } from '../support/world.ts';

/** A world that tells how often something was changed in it. */
let changes = 0;
let world: World;
let storage: Storage;
const folder = scratchFolder();

beforeEach(async () => {
  storage = await openSqliteStorage(join(folder.path, `${performance.now()}.db`), { log: quietLog });
  const { store } = storage;
  const counting: typeof store = {
    ...store,
    transaction: (work) => {
      changes += 1;
      return store.transaction(work);
    },
  };
  world = await openWorld({ store: counting });
});
afterEach(async () => {
  await world.close();
  await storage.close();
});

const asksFirst = 'This link would do something in your name. Press the button only if that is what you want.';
const tokensOf = (view: View) => buttonsOf(view).flatMap((one) => (one.kind === 'action' ? [one.token] : []));
/** Shown only after a doubt. */
const forgedDoubt = `ob.doubt:leave:${'A'.repeat(22)}`;
const link = (token: string): RequestBody => ({ kind: 'link', token });

/** Every kind of button that can be shown, a few of each, pressed on the way; with what pressing it answered. */
async function everyButton(): Promise<ReadonlyMap<string, Seen>> {
  const buttons = new ShownButtons(4);
  const pressed = new Map<string, Seen>();
  const amy = world.person('amy', { community: 'harbor', moderator: true });
  const look = (seen: Seen) => (buttons.note(seen.view), seen);
  const press = async (token: string) => pressed.set(token, look(await amy.asks({ kind: 'action', token })));
  world.itIs('2026-02-26T12:00', 'UTC');
  await amy.says('/checkin');
  world.itIs('2026-03-01T12:00', 'UTC');
  for (const line of ['/craving level:7', '/checkin mood:2', '/settings zone:Berlin', '/community moderators:helpers'])
    look(await amy.says(line));
  for (const { name } of definitions.commands) look(await amy.says(`/${name}`));
  // Shown at the end of a strategy, after a pause, or by a platform itself.
  const run = `abc:${content.strategies[0]?.id}:craving:7:3`;
  const late = [
    today.route,
    'meet.find',
    'fr.zones',
    'fr.zone:skip',
    'set.unpause',
    'com.managers',
    'fr.stopped',
    forgedDoubt,
  ];
  for (const token of [...late, `cope.done:${run}`, `cope.keep:${run}:yes`, `cope.keep:${run}:no`]) await press(token);
  for (let token = buttons.next(); token !== undefined; token = buttons.next()) await press(token);
  look(await amy.says('/settings pause_from:2026-03-01'));
  for (let token = buttons.next(); token !== undefined; token = buttons.next()) await press(token);
  return pressed;
}

describe('a link that anyone may have written', () => {
  it('changes nothing, whichever button it carries: it opens it, or shows it with what it would do', async () => {
    const pressed = await everyButton();
    const met = new Set<string>();
    const amy = world.person('amy', { community: 'harbor', moderator: true });
    const nora = world.person('nora');
    for (const token of pressed.keys()) {
      const { route = '' } = readToken(token) ?? {};
      met.add(route);
      for (const person of [amy, nora]) {
        const changed = changes;
        const { text, view, answer, buttons } = await person.asks(link(token));
        expect(changes, `${token} changed something`).toBe(changed);
        expect(answer.kind, token).not.toBe('open');
        if (route.startsWith('form.')) expect(text, token).toContain('is no longer good');
        else if (text.startsWith(asksFirst)) {
          expect(tokensOf(view), token).toEqual([token, helpNow.route]);
          expect(buttons[0]?.length, buttons[0]).toBeLessThanOrEqual(75);
        } else expect(answer.kind, token).not.toBe('refused');
      }
    }
    const unmet = definitions.actions.map(({ route }) => route).filter((route) => !met.has(route));
    expect(unmet).toEqual([]);
  }, 60_000);

  it('does what the button would once it is pressed there, and not before', async () => {
    const amy = world.person('amy');
    const asked = await amy.asks(link('ci.used:2026-03-01'));
    expect(asked.buttons).toEqual(['Record that I used on 2026-03-01', 'Get help now (private)']);
    expect((await amy.says('/progress')).text).toContain('Nothing here yet');
    await amy.asks(link('ci.used:2026-03-01'));
    expect((await amy.presses('Record that I used')).text).toContain('1 check-in in a row');
  });

  it('runs no command that changes something with nothing behind it', async () => {
    await world.person('amy').says('/settings keep:yes');
    for (const { name, role } of definitions.commands) {
      // Whose community it is must be known afterwards, in the private chat: only to those who moderate it.
      if (role === 'moderator') continue;
      const changed = changes;
      const { answer } = await world.person('amy').asks({ kind: 'typed', name, rest: '', byLink: true });
      expect(answer.kind).toBe('reply');
      expect(changes, `/${name} changed something`).toBe(changed);
    }
  });

  it.each([
    'nonsense',
    'ci.mood:2026-03-01:9',
    'form.cancel',
    '%E0%A4%A:1',
    'constructor',
    '',
  ])('that carries “%s” gets the menu, and hears that it is no longer good', async (token) => {
    const seen = await world.person('amy').asks(link(token));
    expect(seen.answer).toMatchObject({ kind: 'refused', reason: 'unknown-action' });
    expect(seen.text).toContain('That link is from an earlier time and is no longer good. Nothing was changed.');
    expect(seen.buttons).toEqual(['Craving now', 'A person', 'A meeting', 'Check in']);
  });
});

describe('a button on a message that a whole group reads', () => {
  it('is at most 46 bytes, because an address of Telegram has room for 64 letters', async () => {
    const words = content.wordsFor('en');
    const [checklist, line] = [checklistIn(words, { hasModeratorGroups: true }), lineIn(words)];
    const views = [
      checklist,
      line,
      ...[null, ...Object.keys(content.helplines)].map((one) => helpIn(one, { content }, words)),
    ];
    const amy = world.person('amy', { community: 'harbor', moderator: true });
    for (const asked of definitions.commands.flatMap(waysToAsk)) {
      const { answer, view } = await amy.asks(asked);
      if (answer.kind !== 'open' && answer.audience === 'channel') views.push(view);
    }
    for (const { answer, view } of (await everyButton()).values())
      if (answer.kind !== 'open' && answer.audience === 'channel') views.push(view);
    const tokens = new Set(views.flatMap(tokensOf));
    expect(tokens.size).toBeGreaterThan(10);
    expect([...tokens].filter((token) => Buffer.byteLength(token) > 46)).toEqual([]);
  }, 60_000);
});
