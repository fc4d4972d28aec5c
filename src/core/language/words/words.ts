import { IntlMessageFormat } from 'intl-messageformat';
import type { Temporal } from '../../values/time.ts';
import { bold, type Inline, italic, plain, type Text, type TimeStyle } from '../view.ts';
import type { MessageArgs } from './generated/message-args.ts';

/** The member-facing sentences, by key. Keys and their arguments are typed from content/en/messages.json. */
export type MessageKey = keyof MessageArgs;

/** The raw sentences of one locale: ICU MessageFormat. */
export type Messages = Readonly<Record<string, string>>;

type Plain<A> = { [K in keyof A]: Exclude<A[K], Inline> };
type Args<A> = Record<string, never> extends A ? [] : [args: A];

export interface Words {
  readonly locale: string;
  /** A plain sentence: a label, a heading. */
  text<K extends MessageKey>(key: K, ...args: Args<Plain<MessageArgs[K]>>): string;
  /** A sentence whose arguments may be times, links and other inlines. */
  rich<K extends MessageKey>(key: K, ...args: Args<MessageArgs[K]>): Text;
  /** "a, b and c" */
  list(items: readonly string[]): string;
  /** An instant in `zone`, in this language if the platform does not format it itself. */
  time(at: Temporal.Instant, zone: string, style: TimeStyle): Inline;
}

/**
 * Returns the words of a locale; English replaces each missing key. Sentences are parsed on first use.
 * @param commandPrefix the prefix of a typed command: `<cmd>checkin</cmd>` becomes "/checkin"
 * @throws Error if a sentence is no ICU message, or an argument is missing: a bug, found by the content tests.
 */
export function wordsOf(locale: string, messages: Messages, english: Messages, commandPrefix: string): Words {
  const parsed = new Map<string, IntlMessageFormat>();
  const format = (key: string): IntlMessageFormat => {
    let message = parsed.get(key);
    if (message === undefined) {
      const own = messages[key];
      message = new IntlMessageFormat(own ?? english[key] ?? key, own === undefined ? 'en' : locale);
      parsed.set(key, message);
    }
    return message;
  };
  const command = (chunks: (Inline | string)[]): string => `${commandPrefix}${wordsIn(chunks)}`;
  const conjunction = new Intl.ListFormat(locale, { type: 'conjunction' });
  return {
    locale,
    text: (key, ...[args]) =>
      format(key).format<string>({ ...(args as Record<string, string>), cmd: command }) as string,
    rich: (key, ...[args]) => asInlines(format(key).format<Inline | string>({ ...args, ...tags, cmd: command })),
    list: (items) => conjunction.format(items),
    time: (at, zone, style) => ({ kind: 'time', at: at.toString(), zone, style, locale }),
  };
}

const tags = {
  b: (chunks: (Inline | string)[]) => bold(wordsIn(chunks)),
  i: (chunks: (Inline | string)[]) => italic(wordsIn(chunks)),
};

function wordsIn(chunks: readonly (Inline | string)[]): string {
  return chunks
    .map((chunk) => {
      if (typeof chunk === 'string') return chunk;
      if (chunk.kind === 'plain' || chunk.kind === 'bold') return chunk.text;
      throw new Error(`A ${chunk.kind} cannot stand inside bold or italic words`);
    })
    .join('');
}

function asInlines(parts: Inline | string | (Inline | string)[]): Text {
  const list = Array.isArray(parts) ? parts : [parts];
  return list.map((part) => (typeof part === 'string' ? plain(part) : part));
}
