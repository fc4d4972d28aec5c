import { parseHtml } from './html.ts';
import type { Button, Json } from './world.ts';

/** Telegram's limits: https://core.telegram.org/bots/api#sendmessage and the pages of its types */
const limits = { text: 4_096, caption: 1_024, callbackData: 64, buttons: 100, buttonsARow: 8, toast: 200 } as const;

/** What Telegram refuses in a message, or what a careful sender does not send. Words are counted as they are read. */
export function problemsOfMessage({ text, caption, parse_mode: mode, reply_markup: markup }: Json): readonly string[] {
  const words = (text ?? caption ?? '') as string;
  const max = text === undefined ? limits.caption : limits.text;
  if (words !== '' && mode !== 'HTML') return ['words without parse_mode HTML'];
  const { text: read, links, problems } = parseHtml(words);
  return [
    ...problems,
    // Telegram makes a mention of it by itself, and tells whoever has that name.
    ...(/(?<![\p{L}\p{N}_])@[\p{L}\p{N}_]/u.test(read) ? ['a mention'] : []),
    ...(text !== undefined && read.trim() === '' ? ['message text is empty'] : []),
    ...(read.length > max ? [`message is too long: ${read.length}`] : []),
    ...links.filter((href) => !/^(https?|tg):\/\//.test(href)).map((href) => `a link that is none: ${href}`),
    ...problemsOfKeyboard(markup),
  ];
}

function problemsOfKeyboard(markup: unknown): readonly string[] {
  if (markup === undefined) return [];
  const { inline_keyboard: rows } = (typeof markup === 'string' ? JSON.parse(markup) : markup) as {
    inline_keyboard?: readonly (readonly Button[])[];
  };
  if (rows === undefined) return ['a keyboard that is not inline'];
  const all = rows.flat();
  return [
    ...(all.length > limits.buttons ? [`${all.length} buttons`] : []),
    ...rows.flatMap((row) => (row.length === 0 || row.length > limits.buttonsARow ? [`${row.length} in a row`] : [])),
    ...all.flatMap(problemsOfButton),
  ];
}

function problemsOfButton({ text, callback_data: data, url, ...others }: Partial<Button>): readonly string[] {
  return [
    ...(typeof text !== 'string' || text.trim() === '' ? ['a button without a label'] : []),
    ...((data === undefined) === (url === undefined) ? ['a button must have one use'] : []),
    ...(data !== undefined && (data === '' || Buffer.byteLength(data) > limits.callbackData)
      ? ['callback_data is 1 to 64 bytes']
      : []),
    ...(url !== undefined && !isAddress(url) ? [`a button to nowhere: ${url}`] : []),
    ...Object.keys(others).map((name) => `a button with ${name}`),
  ];
}

function isAddress(url: string): boolean {
  return URL.canParse(url) && /^(https?|tg):$/.test(new URL(url).protocol);
}

export function problemsOfToast({ text = '', url }: { text?: string; url?: string }): readonly string[] {
  return [
    ...(text.length > limits.toast ? ['a toast is 0 to 200 letters'] : []),
    ...(url !== undefined && !/^https:\/\/t\.me\/\w+\?start=[\w-]{1,64}$/.test(url)
      ? [`a callback may open the bot only: ${url}`]
      : []),
  ];
}

/** https://core.telegram.org/bots/api#botcommand */
export function problemsOfCommands({ commands }: Json): readonly string[] {
  const all = commands as readonly { command: string; description: string }[];
  return [
    ...(all.length > 100 ? ['more than 100 commands'] : []),
    ...all.flatMap(({ command, description }) => [
      ...(/^[a-z0-9_]{1,32}$/.test(command) ? [] : [`a command named ${command}`]),
      ...(description.length < 1 || description.length > 256 ? [`the description of ${command}`] : []),
    ]),
  ];
}
