import type { CommandSpec } from '../../core/language/command.ts';
import type { Host } from '../../core/platform/platform.ts';
import type { BotApi } from './bot-api.ts';
import { retry } from './retry.ts';

/** https://core.telegram.org/bots/api#botcommand */
const descriptionMax = 256;

interface MenuEntry {
  readonly command: string;
  readonly description: string;
}

/** Which commands are offered where: https://core.telegram.org/bots/api#botcommandscope */
const scopes = [
  { type: 'all_private_chats', offers: ({ role }: CommandSpec) => role === 'anyone' },
  { type: 'all_group_chats', offers: ({ role }: CommandSpec) => role === 'anyone' },
  { type: 'all_chat_administrators', offers: () => true },
] as const;

/** Registers the command menu by scope and language. Sends only lists that changed, and returns their number. */
export async function registerMenu(
  api: BotApi,
  host: Pick<Host, 'commands' | 'locales' | 'wordsFor'>,
  signal: AbortSignal,
): Promise<number> {
  const { commands, locales } = host;
  let changed = 0;
  for (const { type, offers } of scopes) {
    for (const locale of locales) {
      const words = host.wordsFor(locale);
      const entries = commands.filter(offers).map(
        ({ name, summary }): MenuEntry => ({
          command: name,
          description: words.text(summary).slice(0, descriptionMax),
        }),
      );
      // English has no language code, because Telegram shows that list to users of all other languages.
      const whose = { scope: { type }, ...(locale !== 'en' && { language_code: locale.slice(0, 2) }) };
      const before = await retry(signal, (left) => api.call<readonly MenuEntry[]>('getMyCommands', whose, left));
      if (sameEntries(before, entries)) continue;
      await retry(signal, (left) => api.call('setMyCommands', { ...whose, commands: entries }, left));
      changed += 1;
    }
  }
  return changed;
}

function sameEntries(before: readonly MenuEntry[], now: readonly MenuEntry[]): boolean {
  const told = (entries: readonly MenuEntry[]) => JSON.stringify(entries.map((one) => [one.command, one.description]));
  return told(before) === told(now);
}
