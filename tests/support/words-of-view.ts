import { toPlainText } from '../../src/core/language/plain-text.ts';
import type { Block, Inline, View } from '../../src/core/language/view.ts';

/** Every word of a view, each with the kind of thing that it stands in, as a reader is to find it. Longer addresses are no links. */
export function wordsOfView({ blocks }: View, hrefMax: number): readonly string[] {
  return blocks
    .flatMap((block) => toPlainText({ blocks: [asItIsFound(block, hrefMax)] }).split(/\s+/))
    .filter((word) => word !== '');
}

function asItIsFound(block: Block, hrefMax: number): Block {
  const text = (content: readonly Inline[]) => content.map((inline) => asFound(inline, hrefMax));
  switch (block.kind) {
    case 'text':
    case 'small':
      return { ...block, content: text(block.content) };
    case 'list':
      return { ...block, items: block.items.map(text) };
    case 'facts':
      return { ...block, rows: block.rows.map((row) => ({ ...row, value: text(row.value) })) };
    case 'actions':
      return {
        ...block,
        buttons: block.buttons.map((button) =>
          button.kind === 'link' ? { ...button, href: asAddress(button.href, hrefMax) } : button,
        ),
      };
    default:
      return block;
  }
}

/** A time is compared as the instant that it is, an address as the one that it leads to; half a sign is none. */
function asFound(inline: Inline, hrefMax: number): Inline {
  if (inline.kind === 'time') return { kind: 'plain', text: new Date(inline.at).toISOString() };
  if (inline.kind === 'mention') return inline;
  const text = inline.text.replace(/\p{Surrogate}/gu, '');
  return inline.kind === 'link' && text.trim() !== ''
    ? { ...inline, text, href: asAddress(inline.href, hrefMax) }
    : { ...inline, text };
}

/** A long one stands as it was written. */
function asAddress(href: string, hrefMax: number): string {
  if (href.length > hrefMax) return href;
  return URL.canParse(href) && /^https?:/.test(new URL(href).href) ? new URL(href).href : href;
}
