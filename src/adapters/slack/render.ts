import type { KnownBlock, RichTextBlock, RichTextElement, Button as SlackButton } from '@slack/web-api';
import { cut, inGroups, partText, tidy } from '../../core/language/text-limits.ts';
import {
  type ActionButton,
  type Block,
  type Button,
  bold,
  link,
  plain,
  type Text,
  type View,
} from '../../core/language/view.ts';
import { assertNever } from '../../core/values/errors.ts';
import { escape, lettersOf, plainText, richText, section, webAddress } from './rich-text.ts';

/** Slack's limits of blocks: https://docs.slack.dev/reference/block-kit/blocks */
const limits = {
  blocks: 50,
  /** Of one block of text. */
  letters: 3_000,
  /** Of all blocks of a message: Slack refuses more as msg_blocks_too_long, but documents no limit. */
  lettersInAll: 12_000,
  /** Of the fallback text, which notifications show and screen readers read. */
  fallback: 4_000,
  header: 150,
  buttonsARow: 5,
  buttonLabel: 75,
  optionsASelect: 100,
  optionLabel: 75,
  placeholder: 150,
  alt: 2_000,
} as const;

/** One message or one file. An image is a file, because a message shows only images with a public URL. */
export type Part =
  | { readonly kind: 'blocks'; readonly text: string; readonly blocks: readonly KnownBlock[] }
  | { readonly kind: 'file'; readonly name: string; readonly data: Uint8Array<ArrayBuffer>; readonly alt: string };

type Piece = { readonly block: KnownBlock; readonly letters: number; readonly text: string } | Part;

/** Renders a whole view as messages, in the order of its blocks. Returns at least one. */
export function renderView(view: View): readonly [Part, ...Part[]] {
  const parts: Part[] = [];
  let blocks: KnownBlock[] = [];
  let texts: string[] = [];
  let letters = 0;
  const next = () => {
    if (blocks.length > 0) parts.push({ kind: 'blocks', text: fallback(texts), blocks });
    [blocks, texts, letters] = [[], [], 0];
  };
  for (const piece of view.blocks.flatMap(piecesOf)) {
    if ('kind' in piece) {
      next();
      parts.push(piece);
      continue;
    }
    if (blocks.length === limits.blocks || letters + piece.letters > limits.lettersInAll) next();
    blocks.push(piece.block);
    if (piece.text !== '') texts.push(piece.text);
    letters += piece.letters;
  }
  next();
  const [first = nothing, ...others] = parts;
  return [first, ...others];
}

/**
 * The same content in at most `max` blocks: merges adjacent rich text blocks.
 * @throws if the merged blocks are still more than `max`
 */
export function onOnePage(blocks: readonly KnownBlock[], max: number): readonly KnownBlock[] {
  if (blocks.length <= max) return blocks;
  const joined: KnownBlock[] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    if (last?.type !== 'rich_text' || block.type !== 'rich_text') joined.push(block);
    else joined.splice(-1, 1, { ...last, elements: [...last.elements, ...block.elements] });
  }
  if (joined.length > max) throw new Error(`${joined.length} blocks do not fit on a page of ${max}`);
  return joined;
}

/** Slack refuses an empty message. */
const nothing: Part = { kind: 'blocks', text: '…', blocks: [{ type: 'section', text: plainText('', 10) }] };

/** Cuts long text, but never within an escape sequence. */
function fallback(texts: readonly string[]): string {
  const all = texts.join('\n');
  if (all.length <= limits.fallback) return all.trim() === '' ? '…' : all;
  const whole = all.slice(0, limits.fallback).replace(/<[^>]*$|&[a-z]{0,3}$/, '');
  return `${whole}…`;
}

function piecesOf(block: Block): readonly Piece[] {
  switch (block.kind) {
    case 'heading':
      return heading(block.text);
    case 'text':
      return textPieces(block.content);
    case 'small':
      return small(block.content);
    case 'list':
      return block.items.flatMap((item, i) => listItem(item, block.ordered ? i + 1 : null));
    case 'facts':
      return textPieces(
        block.rows.flatMap(({ label, value }, i) => [
          ...(i > 0 ? [plain('\n')] : []),
          bold(`${label}:`),
          plain(' '),
          ...value,
        ]),
      );
    case 'image':
      return [{ kind: 'file', name: 'picture.png', data: bytes(block.png), alt: block.alt }];
    case 'file':
      return [{ kind: 'file', name: fileName(block.name), data: bytes(block.base64), alt: block.name }];
    case 'divider':
      return [{ block: { type: 'divider' }, letters: 0, text: '' }];
    case 'actions':
      return buttons(block.buttons);
    case 'choice':
      return select(block);
    case 'scale':
      return [...textPieces([plain(block.label)]), ...buttons(block.steps)];
    default:
      return assertNever(block);
  }
}

/** A header takes one line; a longer heading is bold text. */
function heading(text: string): readonly Piece[] {
  const line = tidy(text).replace(/\s+/g, ' ').trim();
  if (line === '') return [];
  if (line.length > limits.header) return textPieces([bold(text)]);
  return [
    { block: { type: 'header', text: plainText(line, limits.header) }, letters: line.length, text: escape(line) },
  ];
}

function textPieces(text: Text): readonly Piece[] {
  return inBlocks(richText(text)).map((elements) => richPiece(elements, [section(elements)]));
}

function listItem(item: Text, number: number | null): readonly Piece[] {
  return inBlocks(richText(item)).map((elements, i) => {
    const style = number === null ? ('bullet' as const) : ('ordered' as const);
    const begins = number === null ? {} : { offset: number - 1 };
    // The rest of a long item is plain text, so that its number is shown only once.
    const list = { type: 'rich_text_list' as const, style, elements: [section(elements)], ...begins };
    return richPiece(elements, [i === 0 ? list : section(elements)]);
  });
}

/** Shows small text as a context block, unless it has a link, a time or a mention. */
function small(content: Text): readonly Piece[] {
  if (content.some(({ kind }) => kind === 'link' || kind === 'time' || kind === 'mention')) return textPieces(content);
  const all = tidy(content.map((inline) => ('text' in inline ? inline.text : '')).join(''));
  return partText(all, limits.letters)
    .filter((part) => part.trim() !== '')
    .map((part) => ({
      block: { type: 'context', elements: [{ type: 'plain_text', text: part, emoji: false }] },
      letters: part.length,
      text: escape(part),
    }));
}

/** Splits elements at the limit of a block, and drops blocks without visible text. */
function inBlocks(elements: readonly RichTextElement[]): readonly (readonly RichTextElement[])[] {
  const blocks: RichTextElement[][] = [];
  let letters = Number.POSITIVE_INFINITY;
  for (const element of elements) {
    const more = lettersOf(element);
    if (letters + more > limits.letters) {
      blocks.push([]);
      letters = 0;
    }
    blocks.at(-1)?.push(element);
    letters += more;
  }
  return blocks.filter((block) => block.some((element) => element.type !== 'text' || element.text.trim() !== ''));
}

function richPiece(elements: readonly RichTextElement[], of: RichTextBlock['elements']): Piece {
  return {
    block: { type: 'rich_text', elements: of },
    letters: elements.reduce((sum, element) => sum + lettersOf(element), 0),
    text: elements.map(asFallback).join(''),
  };
}

function asFallback(element: RichTextElement): string {
  if (element.type === 'text') return escape(element.text);
  if (element.type === 'link') return escape(`${element.text ?? ''} (${element.url})`);
  if (element.type === 'date')
    return `<!date^${element.timestamp}^${element.format}|${escape(element.fallback ?? '').replaceAll('|', ' ')}>`;
  return '';
}

/** Shows labels that are too long for a button, and addresses that no button can open, in full above the buttons. */
function buttons(all: readonly Button[]): readonly Piece[] {
  const shown = all.flatMap((button) => buttonOf(button) ?? []);
  return [
    ...all.flatMap(({ label }) => (label.length > limits.buttonLabel ? textPieces([plain(label)]) : [])),
    ...all.flatMap((button) =>
      button.kind === 'link' && webAddress(button.href) === null ? textPieces([link(button.label, button.href)]) : [],
    ),
    ...inGroups(shown, limits.buttonsARow).map((row) => ({
      block: {
        type: 'actions' as const,
        elements: row.map((button, i) => ({ ...button, action_id: `${button.url ? 'link' : 'do'}-${i}` })),
      },
      letters: row.reduce((sum, { text }) => sum + text.text.length, 0),
      text: row.map(({ text }) => escape(text.text)).join(' | '),
    })),
  ];
}

function buttonOf(button: Button): SlackButton | null {
  const text = plainText(button.label, limits.buttonLabel);
  if (button.kind === 'action') return { type: 'button', text, value: button.token };
  const url = webAddress(button.href);
  return url === null ? null : { type: 'button', text, url };
}

/** Puts an option's number before its token, because the values in a menu must be unique. */
function select({ label, options }: Extract<Block, { kind: 'choice' }>): readonly Piece[] {
  return [
    ...(cut(label, limits.placeholder) === label ? [] : textPieces([plain(label)])),
    ...options.flatMap((option) => (option.label.length > limits.optionLabel ? textPieces([plain(option.label)]) : [])),
    ...inGroups(options, limits.optionsASelect).map((group) => ({
      block: {
        type: 'actions' as const,
        elements: [
          {
            type: 'static_select' as const,
            action_id: 'pick',
            placeholder: plainText(label, limits.placeholder),
            options: group.map(optionOf),
          },
        ],
      },
      letters: group.reduce((sum, option) => sum + Math.min(option.label.length, limits.optionLabel), 0),
      text: escape(cut(label, limits.placeholder)),
    })),
  ];
}

function optionOf({ label, token }: ActionButton, i: number) {
  return { text: plainText(label, limits.optionLabel), value: `${i}|${token}` };
}

/** The token of a picked menu option. */
export function tokenOf(value: string): string {
  return value.replace(/^\d+\|/, '');
}

function bytes(base64: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

function fileName(name: string): string {
  return name.replace(/[^\w.-]/g, '_').slice(-100) || 'file';
}

/** The alternative text of a file, which is also its title. */
export function altOf(alt: string): string {
  return cut(alt, limits.alt) || '…';
}
