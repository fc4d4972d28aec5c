import { expect } from 'vitest';
import { type Message, renderView } from '../../../src/adapters/discord/render.ts';
import type { View } from '../../../src/core/language/view.ts';
import { everyComponent } from '../../platforms/discord/payloads/components.ts';
import { mayPing, messageBody, problemsOf } from '../../platforms/discord/payloads/message.ts';

/**
 * Reads Discord's markdown as Discord does (a sign behind a backslash is that sign), and knows only the markup that we
 * write. Whatever else would be markup, a mention or an emoji is a fault. Gives the words, with instants as ISO.
 */
export function readMarkdown(content: string): string {
  return content.split('\n').map(readLine).join('\n');
}

const parts: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
  [/[^\\*_~`|[\]<@:]+/uy, ([signs]) => signs],
  [/\\([^0-9A-Za-z\s])/y, ([, sign = '']) => sign],
  [/<t:(-?\d+):[tDF]>/y, ([, seconds]) => new Date(Number(seconds) * 1_000).toISOString()],
  [/<@\d{17,20}>/y, ([mention]) => mention],
  [
    /\[((?:\\[^0-9A-Za-z\s]|[^\][\\])+)\]\((https?:\/\/[^()<>\s]+)\)/y,
    ([, text = '', href]) => `${readLine(text)} (${href})`,
  ],
  [/\*{1,2}(?=\S)((?:\\[^0-9A-Za-z\s]|[^*\\])+)(?<=\S)\*{1,2}(?!\*)/y, ([, text = '']) => readLine(text)],
];

function readLine(line: string): string {
  const [, before = '', after = ''] = /^(## |-# |- |\d+\. )?(.*)$/s.exec(line) ?? [];
  if (/^\s*([-+#>]|\d+[.)])/.test(after)) throw new Error(`Markup that nobody wrote begins: ${line}`);
  const read = [before.replace(/^(##|-#) /, '')];
  for (let at = 0; at < after.length; ) {
    const [match, words] = partAt(after, at);
    if (match === null) throw new Error(`Markup that nobody wrote at “${after.slice(at, at + 40)}”`);
    read.push(words);
    at += match[0].length;
  }
  return read.join('');
}

function partAt(text: string, at: number): readonly [RegExpExecArray, string] | readonly [null, ''] {
  for (const [pattern, read] of parts) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) return [match, read(match)];
  }
  return [null, ''];
}

/** Everything that someone reads of these messages, in order. */
function readMessages(messages: readonly Message[]): string {
  return messages
    .flatMap(({ body }) => everyComponent(messageBody.parse(body).components ?? []).flatMap(readComponent))
    .join('\n');
}

function readComponent(each: ReturnType<typeof everyComponent>[number]): readonly string[] {
  switch (each.type) {
    case 2:
      return [each.url ? `${each.label} ${each.url}` : each.label];
    case 3:
      return [each.placeholder ?? '', ...each.options.map(({ label }) => label)];
    case 10:
      return [readMarkdown(each.content)];
    case 12:
      return each.items.map(({ description }) => description ?? '');
    case 13:
      return [each.file.url];
    default:
      return [];
  }
}

/** Renders a view, and holds it to all that Discord and we ask of a message: gives what is read of it. */
export function rendered(view: View): string {
  const messages = renderView(view);
  for (const { body, files } of messages) {
    const parsed = messageBody.parse(body);
    expect(mayPing(parsed)).toBe(false);
    const attachments = files.map(({ name }, i) => ({ id: String(i), filename: name, description: null, size: 1 }));
    const contents = {
      content: '',
      embeds: [],
      components: parsed.components ?? [],
      attachments,
      flags: parsed.flags ?? 0,
    };
    expect(problemsOf(contents)).toEqual([]);
    expect(parsed.components?.length).toBeGreaterThan(0);
  }
  return readMessages(messages);
}
