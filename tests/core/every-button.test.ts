import { describe, expect, it } from 'vitest';
import { storedView } from '../../src/core/language/stored-view.ts';
import { readToken, tokenBytes } from '../../src/core/language/token.ts';
import { buttonsOf } from '../../src/core/language/view.ts';
import { definitionsOver } from '../../src/core/rooms.ts';
import { content, openWorld, type Seen } from '../support/world.ts';

const commands = definitionsOver(content).commands.map(({ name }) => `/${name}`);

describe('every button', () => {
  it('that can be reached from any command leads somewhere, fits every platform, and stands once in its view', async () => {
    const world = await openWorld();
    const amy = world.person('amy', { community: 'harbor', moderator: true });
    const routes = new Set<string>();
    const open: string[] = [];
    const followed = new Set<string>();

    function look({ view, text, answer }: Seen, from: string): void {
      // A question of a form that has ended meanwhile: its buttons are past, and say so.
      if (!from.startsWith('form.')) expect(answer.kind, `${from}: ${text}`).not.toBe('refused');
      expect(storedView.parse(JSON.parse(JSON.stringify(view))), 'as it is kept for a repeat').toEqual(view);
      const tokens = buttonsOf(view).flatMap((button) => (button.kind === 'action' ? [button.token] : []));
      expect(new Set(tokens).size, `twice in one view, from ${from}`).toBe(tokens.length);
      for (const button of buttonsOf(view)) {
        // Discord and Slack show 80 and 75 characters; a label is never cut.
        expect(button.label.length, button.label).toBeLessThanOrEqual(75);
        expect(button.label, 'words, never an emoji alone').toMatch(/\p{L}{2}/u);
      }
      for (const token of tokens) {
        expect(Buffer.byteLength(token)).toBeLessThanOrEqual(tokenBytes);
        const parsed = readToken(token);
        const key = `${parsed?.route} ${parsed?.args.length}`;
        // A few of each kind: the second step of a strategy is like the first, the last is not.
        const seen = [...followed].filter((one) => one.startsWith(`${key} `)).length;
        if (seen < 12 && !followed.has(`${key} ${token}`)) {
          followed.add(`${key} ${token}`);
          open.push(token);
        }
        routes.add(parsed?.route ?? '');
      }
    }

    for (const command of [...commands, '/community moderators:helpers']) look(await amy.says(command), command);
    for (let token = open.shift(); token !== undefined; token = open.shift()) {
      look(await amy.asks({ kind: 'action', token }), token);
    }
    expect(routes.size).toBeGreaterThan(15);
    await world.close();
  });
});
