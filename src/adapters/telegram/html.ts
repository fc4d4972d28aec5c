import { timeInItsZone } from '../../core/language/plain-text.ts';
import { addressInFull, tidy } from '../../core/language/text-limits.ts';
import type { Inline, Text } from '../../core/language/view.ts';
import { assertNever } from '../../core/values/errors.ts';

const hrefMax = 2_000;
/** Longer texts are not linked, because a link could be split between two messages. */
const linkMax = 500;

/** Text with one style. Telegram's limits count the text without its markup. */
export interface Run {
  readonly words: string;
  readonly look: 'plain' | 'bold' | 'italic' | { readonly href: string };
}

export function runsOf(text: Text): readonly Run[] {
  return text.flatMap(runOf).filter(({ words }) => words !== '');
}

function runOf(inline: Inline): Run | readonly Run[] {
  switch (inline.kind) {
    case 'plain':
    case 'bold':
    case 'italic':
      return run(inline.text, inline.kind);
    case 'link':
      return link(inline.text, inline.href);
    case 'time':
      return run(timeInItsZone(inline));
    case 'mention': {
      const { platform, key } = inline.account;
      const isPerson = platform === 'telegram' && /^\d{1,20}$/.test(key) && tidy(inline.name).trim() !== '';
      return isPerson ? run(inline.name, { href: `tg://user?id=${key}` }) : run(inline.name);
    }
    default:
      return assertNever(inline);
  }
}

export function run(text: string, look: Run['look'] = 'plain'): Run {
  return { words: withoutPings(tidy(text)), look };
}

const mailOrAt = /(?<![\w@])([\w.%+-]{0,63}\w@[\w-]{1,63}(?:\.[\w-]{1,63})+)(?![\w@])|@(?=[\p{L}\p{N}_]|$)/gu;

/** Puts an invisible character after "@", because Telegram turns any "@name" into a mention. Keeps e-mail addresses. */
function withoutPings(text: string): string {
  return text.replace(mailOrAt, (_, mail?: string) => mail ?? '@\u2060');
}

/** Links only web addresses; shows others after the text. */
function link(text: string, href: string): readonly Run[] {
  const url = webAddress(href);
  if (url === null || tidy(text).trim() === '' || text.length > linkMax)
    return [run(`${text} (${addressInFull(href, hrefMax)})`)];
  return [run(text, { href: url })];
}

/** The full address; null if Telegram would not open it. */
export function webAddress(href: string): string | null {
  if (href.length > hrefMax || !URL.canParse(href)) return null;
  const { protocol, hostname, href: written } = new URL(href);
  const opens = /^https?:$/.test(protocol) && /[^.]\.[^.]/.test(hostname) && written.length <= hrefMax;
  return opens ? written : null;
}

/** The one place where words become Telegram's HTML: https://core.telegram.org/bots/api#html-style */
export function toHtml(runs: readonly Run[]): string {
  return runs
    .map(({ words, look }) => {
      const escaped = escape(words);
      if (look === 'plain') return escaped;
      if (look === 'bold') return `<b>${escaped}</b>`;
      if (look === 'italic') return `<i>${escaped}</i>`;
      return `<a href="${escape(look.href)}">${escaped}</a>`;
    })
    .join('');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
