import { cut, partText } from '../../core/language/text-limits.ts';
import { type Block, type Button, bold, link, plain, type Text, type View } from '../../core/language/view.ts';
import { assertNever } from '../../core/values/errors.ts';
import { type Run, run, runsOf, toHtml, webAddress } from './html.ts';

/** Telegram's limits: https://core.telegram.org/bots/api#sendmessage */
const limits = { letters: 4_096, caption: 1_024, buttons: 100, buttonLabel: 64 } as const;
/** How many characters fit into a row of buttons on a phone. */
const lettersARow = 32;
const buttonsARow = 5;

export interface KeyboardButton {
  readonly text: string;
  readonly callback_data?: string;
  readonly url?: string;
}

export type Keyboard = readonly (readonly KeyboardButton[])[];

/** One message. The text of a photo or a file is its caption. */
export type Part =
  | { readonly kind: 'text'; readonly html: string; readonly keyboard: Keyboard }
  | { readonly kind: 'photo'; readonly data: Buffer; readonly html: string }
  | { readonly kind: 'file'; readonly data: Buffer; readonly name: string; readonly html: string };

type Piece =
  | { readonly kind: 'words'; readonly runs: readonly Run[] }
  /** The label of buttons: shown last, next to them, unless the text already contains it. */
  | { readonly kind: 'label'; readonly runs: readonly Run[] }
  | { readonly kind: 'rows'; readonly rows: Keyboard }
  | Exclude<Part, { kind: 'text' }>;

/**
 * Renders a whole view as messages, at least one. Buttons are below the text of their message, in their order, because
 * Telegram has no other place for them.
 */
export function renderView(view: View): readonly [Part, ...Part[]] {
  const parts: Part[] = [];
  let paragraphs: (readonly Run[])[] = [];
  let labels: (readonly Run[])[] = [];
  let rows: (readonly KeyboardButton[])[] = [];
  const next = () => {
    const said = paragraphs.map(wordsOf).join('\n');
    const all = [...paragraphs, ...labels.filter((label) => !said.includes(wordsOf(label)))];
    if (all.length > 0 || rows.length > 0) parts.push(...textParts(all, rows));
    [paragraphs, labels, rows] = [[], [], []];
  };
  for (const piece of view.blocks.flatMap(piecesOf)) {
    if (piece.kind === 'words') paragraphs.push(piece.runs);
    else if (piece.kind === 'label') labels.push(piece.runs);
    else if (piece.kind === 'rows') rows.push(...piece.rows);
    else {
      next();
      parts.push(piece);
    }
  }
  next();
  const [first = nothing, ...others] = parts;
  return [first, ...others];
}

/** Telegram refuses a message without text. */
const nothing: Part = { kind: 'text', html: '…', keyboard: [] };

function textParts(paragraphs: readonly (readonly Run[])[], rows: Keyboard): readonly Part[] {
  const runs = paragraphs.flatMap((paragraph, i) => (i === 0 ? paragraph : [run('\n\n'), ...paragraph]));
  const texts = inMessages(runs).map(toHtml);
  const keyboards = inKeyboards(rows);
  const [first = [], ...more] = keyboards;
  const shown = texts.length === 0 ? ['…'] : texts;
  return [
    ...shown.map((html, i) => ({ kind: 'text' as const, html, keyboard: i === shown.length - 1 ? first : [] })),
    ...more.map((keyboard) => ({ kind: 'text' as const, html: '…', keyboard })),
  ];
}

/** Splits text at the limit of a message, and drops messages without visible text. */
function inMessages(runs: readonly Run[]): readonly (readonly Run[])[] {
  const messages: Run[][] = [[]];
  let letters = 0;
  for (const { words, look } of runs) {
    for (const part of partText(words, limits.letters)) {
      if (letters + part.length > limits.letters) {
        messages.push([]);
        letters = 0;
      }
      messages.at(-1)?.push({ words: part, look });
      letters += part.length;
    }
  }
  return messages.filter((message) => message.some(({ words }) => isSeen(words)));
}

/** Telegram treats invisible characters as empty text. */
function isSeen(words: string): boolean {
  return /[^\s\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Zs}]/u.test(words);
}

function inKeyboards(rows: Keyboard): readonly Keyboard[] {
  const keyboards: (readonly KeyboardButton[])[][] = [];
  let count = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    if (count + row.length > limits.buttons) {
      keyboards.push([]);
      count = 0;
    }
    keyboards.at(-1)?.push(row);
    count += row.length;
  }
  return keyboards;
}

function piecesOf(block: Block): readonly Piece[] {
  switch (block.kind) {
    case 'heading':
      return words([bold(block.text)]);
    case 'text':
    case 'small':
      return words(block.content);
    case 'list':
      return lines(block.items.map((item, i) => [plain(block.ordered ? `${i + 1}. ` : '• '), ...item]));
    case 'facts':
      return lines(block.rows.map(({ label, value }) => [bold(`${label}:`), plain(' '), ...value]));
    case 'image':
      return captioned(block.alt, (html) => ({ kind: 'photo', data: bytes(block.png), html }));
    case 'file': {
      const name = block.name.replace(/[^\w.-]/g, '_').slice(-100) || 'file';
      const caption = name === block.name ? '' : block.name;
      return captioned(caption, (html) => ({ kind: 'file', data: bytes(block.base64), name, html }));
    }
    case 'divider':
      return words([plain('⸻')]);
    case 'actions':
      return buttons(block.buttons);
    case 'choice':
      return [...label(block.label), ...buttons(block.options)];
    case 'scale':
      return [...label(block.label), ...buttons(block.steps)];
    default:
      return assertNever(block);
  }
}

function words(text: Text): readonly Piece[] {
  const runs = runsOf(text);
  return runs.some(({ words }) => isSeen(words)) ? [{ kind: 'words', runs }] : [];
}

function label(text: string): readonly Piece[] {
  return words([plain(text)]).map((piece) => ({ ...piece, kind: 'label' }) as Piece);
}

function wordsOf(runs: readonly Run[]): string {
  return runs.map(({ words }) => words).join('');
}

/** One item per line, without blank lines between. */
function lines(items: readonly Text[]): readonly Piece[] {
  return words(items.flatMap((item, i) => (i === 0 ? item : [plain('\n'), ...item])));
}

/** Puts the text into the caption, or into the next message if it is too long for one. */
function captioned(text: string, part: (html: string) => Exclude<Part, { kind: 'text' }>): readonly Piece[] {
  const caption = run(text);
  if (!isSeen(caption.words)) return [part('')];
  if (caption.words.length <= limits.caption) return [part(toHtml([caption]))];
  return [part(''), ...words([plain(text)])];
}

/** Shows labels that are too long for a button, and addresses that no button can open, in full above the buttons. */
function buttons(all: readonly Button[]): readonly Piece[] {
  const shown = all.flatMap((button) => buttonOf(button) ?? []);
  return [
    ...all.flatMap(({ label }) => (label.length > limits.buttonLabel ? words([plain(label)]) : [])),
    ...all.flatMap((button) =>
      button.kind === 'link' && webAddress(button.href) === null ? words([link(button.label, button.href)]) : [],
    ),
    ...(shown.length === 0 ? [] : [{ kind: 'rows' as const, rows: inRows(shown) }]),
  ];
}

function buttonOf(button: Button): KeyboardButton | null {
  const label = cut(button.label, limits.buttonLabel);
  const text = isSeen(label) ? label : '…';
  if (button.kind === 'action') return { text, callback_data: button.token };
  const url = webAddress(button.href);
  return url === null ? null : { text, url };
}

function inRows(all: readonly KeyboardButton[]): Keyboard {
  const rows: KeyboardButton[][] = [];
  let letters = Number.POSITIVE_INFINITY;
  for (const button of all) {
    if (letters + button.text.length > lettersARow || rows.at(-1)?.length === buttonsARow) {
      rows.push([]);
      letters = 0;
    }
    rows.at(-1)?.push(button);
    letters += button.text.length;
  }
  return rows;
}

function bytes(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}
