import { Refusal } from './world.ts';

/** The tags that Telegram knows: https://core.telegram.org/bots/api#html-style */
const tags = ['b', 'strong', 'i', 'em', 'u', 'ins', 's', 'del', 'code', 'pre', 'blockquote', 'tg-spoiler', 'a'];
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

export interface Parsed {
  /** As it is read: what Telegram counts. */
  readonly text: string;
  /** The same, with each address of the web behind its words. */
  readonly spelled: string;
  readonly links: readonly string[];
  /** What Telegram lets pass, and no careful sender sends. */
  readonly problems: readonly string[];
}

/** @throws Refusal where Telegram cannot parse it */
export function parseHtml(html: string): Parsed {
  const open: { readonly name: string; readonly href: string | undefined }[] = [];
  const links: string[] = [];
  const problems: string[] = [];
  let [text, spelled] = ['', ''];
  for (const [token, close, name = '', attributes = ''] of html.matchAll(/<(\/?)([a-z-]*)([^<>]*)>|[^<]+|</gsu)) {
    if (token === '<') throw cannotParse('Unsupported start tag');
    if (!token.startsWith('<')) {
      const words = decoded(token, problems);
      text += words;
      spelled += words;
      continue;
    }
    if (!tags.includes(name)) throw cannotParse(`Unsupported start tag "${name}"`);
    if (close === '/') {
      const opened = open.pop();
      if (opened?.name !== name) throw cannotParse(`Unexpected end tag "${name}"`);
      if (opened.href?.startsWith('http') === true) spelled += ` (${opened.href})`;
      continue;
    }
    const written = /^ href="([^"]*)"$/.exec(attributes)?.[1];
    const href = written === undefined ? undefined : decoded(written, problems);
    open.push({ name, href });
    if (name === 'a' && href === undefined) problems.push('a link without an address');
    else if (name !== 'a' && attributes !== '') problems.push(`attributes of ${name}`);
    if (href !== undefined) links.push(href);
  }
  if (open.length > 0) throw cannotParse(`Can't find end tag corresponding to start tag "${open.at(-1)?.name ?? ''}"`);
  return { text, spelled, links, problems };
}

function decoded(text: string, problems: string[]): string {
  if (text.includes('>')) problems.push('a > that is not escaped');
  return text.replace(/&(?:([a-z]+);)?/g, (whole, name: string | undefined) => {
    const sign = entities[name ?? ''];
    if (sign === undefined) problems.push('an & that is not escaped');
    return sign ?? whole;
  });
}

function cannotParse(why: string): Refusal {
  return new Refusal(400, `Bad Request: can't parse entities: ${why}`);
}
