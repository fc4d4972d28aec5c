import type { AccountRef } from '../values/ids.ts';

/**
 * What a member sees, as plain JSON data without markup or platform. Both unions are closed, so a renderer that lacks a
 * kind does not compile. Each renderer escapes its output.
 */
export interface View {
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly content: Text }
  /** Less prominent than text: sources, cautions, what can be changed. */
  | { readonly kind: 'small'; readonly content: Text }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly Text[] }
  | { readonly kind: 'facts'; readonly rows: readonly Fact[] }
  | { readonly kind: 'image'; readonly png: string; readonly alt: string }
  | { readonly kind: 'file'; readonly name: string; readonly mediaType: string; readonly base64: string }
  | { readonly kind: 'divider' }
  | { readonly kind: 'actions'; readonly buttons: readonly Button[] }
  /** A choice with too many options for buttons: a select menu, or a numbered list. */
  | { readonly kind: 'choice'; readonly label: string; readonly options: readonly ActionButton[] }
  /** Whole numbers side by side. Each label is complete by itself ("Craving 7 of 10"). */
  | { readonly kind: 'scale'; readonly label: string; readonly steps: readonly ScaleStep[] };

export type Text = readonly Inline[];

export type Inline =
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'bold'; readonly text: string }
  | { readonly kind: 'italic'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }
  /**
   * An instant, ISO in UTC. If a platform does not know the reader's zone, it shows the time in `zone`, with its name.
   */
  | TimeInline
  | { readonly kind: 'mention'; readonly account: AccountRef; readonly name: string };

interface TimeInline {
  readonly kind: 'time';
  readonly at: string;
  readonly zone: string;
  readonly style: TimeStyle;
  /** BCP 47: the locale of the surrounding words. */
  readonly locale: string;
}

export type TimeStyle = 'time' | 'day' | 'day-and-time';

interface Fact {
  readonly label: string;
  readonly value: Text;
}

export type Button = ActionButton | LinkButton;

export interface ActionButton {
  readonly kind: 'action';
  readonly label: string;
  /** The button's whole state: see token.ts. */
  readonly token: string;
}

interface LinkButton {
  readonly kind: 'link';
  readonly label: string;
  readonly href: string;
}

interface ScaleStep extends ActionButton {
  readonly value: number;
}

export function view(...blocks: readonly (Block | readonly Block[] | null)[]): View {
  return { blocks: blocks.flat().filter((block): block is Block => block !== null) };
}

export function heading(text: string): Block {
  return { kind: 'heading', text };
}

export function text(content: Text | string): Block {
  return { kind: 'text', content: asText(content) };
}

export function small(content: Text | string): Block {
  return { kind: 'small', content: asText(content) };
}

export function list(items: readonly (Text | string)[], ordered = false): Block {
  return { kind: 'list', ordered, items: items.map(asText) };
}

export function facts(rows: readonly (readonly [label: string, value: Text | string])[]): Block {
  return { kind: 'facts', rows: rows.map(([label, value]) => ({ label, value: asText(value) })) };
}

export function actions(...buttons: readonly (Button | null)[]): Block {
  return { kind: 'actions', buttons: buttons.filter((button): button is Button => button !== null) };
}

export function plain(text: string): Inline {
  return { kind: 'plain', text };
}

export function bold(text: string): Inline {
  return { kind: 'bold', text };
}

export function italic(text: string): Inline {
  return { kind: 'italic', text };
}

export function link(text: string, href: string): Inline {
  return { kind: 'link', text, href };
}

function asText(content: Text | string): Text {
  return typeof content === 'string' ? [plain(content)] : content;
}

/** Returns every button of a view, in display order. */
export function buttonsOf({ blocks }: View): readonly Button[] {
  return blocks.flatMap((block): readonly Button[] => {
    if (block.kind === 'actions') return block.buttons;
    if (block.kind === 'choice') return block.options;
    if (block.kind === 'scale') return block.steps;
    return [];
  });
}
