import { toPlainText } from '../../src/core/language/plain-text.ts';
import { platformContract } from '../contracts/platform.ts';
import { openWorld } from '../support/world.ts';

platformContract('memory', async () => {
  const world = await openWorld();
  const friend = world.person('friend', { zone: 'UTC' });
  const inHarbor = world.person('friend', { zone: 'UTC', community: 'harbor' });
  return {
    platform: world.platform,
    ask: async (line) => (await friend.says(line)).text,
    press: async (label) => (await friend.presses(label)).text,
    async askInChannel(line) {
      const { answer, text } = await inHarbor.says(line);
      return { shown: text, publicly: answer.kind !== 'open' && answer.audience === 'channel' ? text : '' };
    },
    deliveredText() {
      const last = world.platform.delivered.at(-1);
      return last !== undefined && 'view' in last ? toPlainText(last.view) : '';
    },
    close: () => world.close(),
  };
});
