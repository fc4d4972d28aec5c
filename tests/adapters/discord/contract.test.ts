import { readTyped } from '../../../src/core/conversation/typed.ts';
import { named, platformContract } from '../../contracts/platform.ts';
import type { Options } from '../../platforms/discord/people.ts';
import type { Seen } from '../../platforms/discord/seen.ts';
import { aBot, asRead, definitions } from './bot.ts';

platformContract('discord', async () => {
  const { general, newcomer, platform, server } = await aBot();
  let last: Seen | null = null;
  const seen = (now: Seen) => {
    last = now;
    return asRead(now.text);
  };
  const ask = (line: string, where = newcomer.alone) => {
    const [, name = '', rest = ''] = /^\/(\S+)\s*(.*)$/s.exec(line) ?? [];
    return where.slash(name, asSent(name, rest), { forged: true });
  };
  let shown = newcomer.alone.looks();
  return {
    platform: {
      ...platform,
      // The contract's names, as Discord's identifiers.
      deliver(delivery, signal) {
        shown =
          delivery.kind === 'post' && delivery.to.kind === 'channel'
            ? newcomer.in(general).looks()
            : newcomer.alone.looks();
        return platform.deliver(named(delivery, { friend: newcomer.id, general: general.id }), signal);
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
    deliveredText: () => [asRead(shown.text), ...addressesIn(shown)].join('\n'),
    // The test's own end closes it.
    close: async () => {},
  };
});

/** Where the buttons lead. */
function addressesIn({ payloads }: Seen): readonly string[] {
  return [...JSON.stringify(payloads).matchAll(/"url":"([^"]+)"/g)].map(([, url = '']) => url);
}

/** In the types that Discord's client would send. */
function asSent(name: string, rest: string): Options {
  const options = definitions.commands.find((command) => command.name === name)?.options ?? {};
  const typed = Object.entries(readTyped(rest, options));
  return Object.fromEntries(
    typed.map(([option, value]) => {
      const kind = options[option]?.kind;
      return [option, kind === 'integer' ? Number(value) : kind === 'flag' ? value === 'yes' : value];
    }),
  );
}
