import { named, platformContract } from '../../contracts/platform.ts';
import type { Seen } from '../../platforms/telegram/seen.ts';
import { aBot, type Way } from './bot.ts';

for (const way of ['polling', 'webhook'] as const satisfies readonly Way[]) {
  platformContract(`telegram, ${way}`, async () => {
    const { harbor, newcomer, platform, server } = await aBot({ way });
    let last: Seen | null = null;
    const seen = (now: Seen) => {
      last = now;
      return asRead(now);
    };
    let shown = newcomer.alone.looks();
    return {
      platform: {
        ...platform,
        // The contract's names, as Telegram's numbers.
        deliver(delivery, signal) {
          const inGroup = delivery.kind === 'post' && delivery.to.kind === 'channel';
          shown = inGroup ? newcomer.in(harbor).looks() : newcomer.alone.looks();
          return platform.deliver(named(delivery, { friend: newcomer.id, general: String(harbor.id) }), signal);
        },
      },
      ask: async (line) => seen(await newcomer.alone.says(line)),
      async press(label) {
        if (last === null) throw new Error('Nothing was shown yet');
        return seen(await last.press(label));
      },
      async askInChannel(line) {
        const answer = await newcomer.in(harbor).says(line);
        return { shown: seen(answer), publicly: server.publiclySeen(harbor) };
      },
      deliveredText: () => asRead(shown),
      // The test's own end closes it.
      close: async () => {},
    };
  });
}

/** With the addresses behind words and buttons, and what was escaped as it was. */
function asRead(seen: Seen): string {
  const all = JSON.stringify(seen.payloads);
  const plain = all.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  return `${seen.text}\n${plain}`;
}
