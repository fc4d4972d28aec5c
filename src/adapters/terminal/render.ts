import { styleText } from 'node:util';
import { timeText } from '../../core/language/plain-text.ts';
import type { Block, Button, Inline, Text, View } from '../../core/language/view.ts';
import { assertNever } from '../../core/values/errors.ts';

/** The buttons of an answer, by the number to type for each. */
export type Numbered = ReadonlyMap<number, Extract<Button, { kind: 'action' }>>;

/** A scale keeps its own numbers, so that 7 means 7; every other button takes the next number that is free. */
export function numberButtons({ blocks }: View): Numbered {
  const numbered = new Map<number, Extract<Button, { kind: 'action' }>>();
  for (const block of blocks) {
    if (block.kind === 'scale') for (const step of block.steps) numbered.set(step.value, step);
  }
  for (const block of blocks) {
    const buttons = block.kind === 'actions' ? block.buttons : block.kind === 'choice' ? block.options : [];
    for (const button of buttons) {
      if (button.kind === 'action') numbered.set(nextFree(numbered), button);
    }
  }
  return numbered;
}

function nextFree(numbered: Numbered): number {
  return Math.max(0, ...numbered.keys()) + 1;
}

export type Paint = typeof styleText;

/** Adds no style, for JSON and for an output that is not a terminal. */
export const noPaint: Paint = (_, text) => text;

/** Renders a view as lines. Makes every text safe for a terminal first. */
export function renderView(view: View, paint: Paint): string {
  const numbers = new Map([...numberButtons(view)].map(([number, button]) => [button.token, number]));
  const lines = view.blocks.flatMap((block) => renderBlock(block, numbers, paint));
  return lines.join('\n');
}

function renderBlock(block: Block, numbers: ReadonlyMap<string, number>, paint: Paint): readonly string[] {
  const numberOf = (button: Button): string => (button.kind === 'link' ? '' : `[${numbers.get(button.token) ?? ''}] `);
  const pressable = (button: Button): string =>
    `  ${paint('cyan', numberOf(button))}${safe(button.label)}${button.kind === 'link' ? `: ${safe(button.href)}` : ''}`;
  switch (block.kind) {
    case 'heading':
      return [paint('bold', safe(block.text))];
    case 'text':
      return [renderText(block.content, paint)];
    case 'small':
      return [paint('dim', renderText(block.content, noPaint))];
    case 'list':
      return block.items.map((item, i) => `  ${block.ordered ? `${i + 1}.` : '-'} ${renderText(item, paint)}`);
    case 'facts':
      return block.rows.map(({ label, value }) => `  ${safe(label)}: ${renderText(value, paint)}`);
    case 'image':
      return [`(${safe(block.alt)})`];
    case 'file':
      return [`(${safe(block.name)})`];
    case 'divider':
      return [''];
    case 'actions':
      return block.buttons.map(pressable);
    case 'choice':
      return [`${safe(block.label)}:`, ...block.options.map(pressable)];
    case 'scale':
      return [`${safe(block.label)}:`, ...block.steps.map(pressable)];
    default:
      return assertNever(block);
  }
}

function renderText(text: Text, paint: Paint): string {
  return text.map((inline) => renderInline(inline, paint)).join('');
}

function renderInline(inline: Inline, paint: Paint): string {
  switch (inline.kind) {
    case 'plain':
      return safe(inline.text);
    case 'bold':
      return paint('bold', safe(inline.text));
    case 'italic':
      return paint('italic', safe(inline.text));
    case 'link':
      return `${safe(inline.text)} ${paint('underline', safe(inline.href))}`;
    case 'time':
      return safe(timeText(inline));
    case 'mention':
      return safe(inline.name);
    default:
      return assertNever(inline);
  }
}

/**
 * Removes control characters (except tab and newline), because a terminal obeys them, and direction marks, because they
 * can disguise a line.
 */
export function safe(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '');
}
