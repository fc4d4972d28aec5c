import { unescape } from '../../../src/adapters/slack/rich-text.ts';
import { named, platformContract } from '../../contracts/platform.ts';
import type { Seen } from '../../platforms/slack/seen.ts';
import { aBot, type Way } from './bot.ts';

for (const way of ['socket', 'http'] as const satisfies readonly Way[]) {
  platformContract(`slack, ${way}`, async () => {
    const { general, newcomer, platform, server, team } = await aBot({ way });
    let last: Seen | null = null;
    const seen = (now: Seen) => {
      last = now;
      return asRead(now);
    };
    const ask = (line: string, where = newcomer.alone) => where.slash(line.slice(1));
    let shown = newcomer.alone.looks();
    return {
      platform: {
        ...platform,
        // The contract's names, as Slack's identifiers.
        deliver(delivery, signal) {
          const inChannel = delivery.kind === 'post' && delivery.to.kind === 'channel';
          shown = inChannel ? newcomer.in(general).looks() : newcomer.alone.looks();
          const ids = { friend: `${team.id}/${newcomer.id}`, general: `${team.id}/${general.id}` };
          return platform.deliver(named(delivery, ids), signal);
        },
      },
      ask: async (line) => seen(line.startsWith('/') ? await ask(line) : await newcomer.dm(line)),
      async press(label) {
        const button = last?.buttons.find((each) => each.includes(label));
        if (last === null || button === undefined) throw new Error(`No button ${label}`);
        return seen(await last.press(button));
      },
      async askInChannel(line) {
        const answer = await ask(line, newcomer.in(general));
        return { shown: seen(answer), publicly: server.publiclySeen(general) };
      },
      deliveredText: () => asRead(shown),
      // The test's own end closes it.
      close: async () => {},
    };
  });
}

/** With the addresses behind buttons, and what was escaped as it was. */
function asRead(seen: Seen): string {
  return `${seen.text}\n${unescape(JSON.stringify(seen.payloads), '')}`;
}
