import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIMessageTopLevelComponent,
  ButtonStyle,
  ComponentType,
  MessageFlags,
  type RawFile,
  SeparatorSpacingSize,
} from 'discord.js';
import { cut, inGroups } from '../../core/language/text-limits.ts';
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
import { CustomIds } from './custom-id.ts';
import { markdownPieces, webAddress } from './markdown.ts';

/** Discord's limits of a message of components: https://discord.com/developers/docs/components/reference */
const limits = {
  components: 40,
  letters: 4_000,
  files: 10,
  buttonsARow: 5,
  buttonLabel: 80,
  buttonUrl: 512,
  optionsASelect: 25,
  optionLabel: 100,
  placeholder: 150,
  description: 1_024,
} as const;

/** One message in the form of Discord's API. */
export interface Message {
  readonly body: {
    readonly components: readonly APIMessageTopLevelComponent[];
    readonly attachments: readonly { readonly id: string; readonly filename: string }[];
    readonly flags: number;
    /** Disables all pings, whatever the text contains. */
    readonly allowed_mentions: { readonly parse: [] };
  };
  readonly files: readonly RawFile[];
}

/** Never split between messages: text, which is joined to the text before it, or a component. */
type Piece = { readonly text: string } | { readonly component: APIMessageTopLevelComponent; readonly file?: RawFile };

/** Renders a whole view as messages, in the order of its blocks. Returns at least one. */
export function renderView(view: View): readonly [Message, ...Message[]] {
  const messages = new Packer();
  const ids = new CustomIds();
  for (const block of view.blocks) for (const piece of piecesOf(block, ids)) messages.add(piece);
  return messages.done();
}

function piecesOf(block: Block, ids: CustomIds): readonly Piece[] {
  switch (block.kind) {
    case 'heading':
      return words(oneLine([plain(block.text)]), '## ');
    case 'text':
      return words(markdownPieces(block.content));
    case 'small':
      return words(
        markdownPieces(block.content).map((piece) => piece.replace(/\n+/g, '\n-# ')),
        '-# ',
      );
    case 'list':
      return block.items.flatMap((item, i) => words(oneLine(item), block.ordered ? `${i + 1}. ` : '- ', ''));
    case 'facts':
      return block.rows.flatMap(({ label, value }) => words(markdownPieces([bold(`${label}:`), plain(' '), ...value])));
    case 'image':
      return image(block, ids);
    case 'file':
      return file(block, ids);
    case 'divider':
      return [{ component: { type: ComponentType.Separator, divider: true, spacing: SeparatorSpacingSize.Small } }];
    case 'actions':
      return buttons(block.buttons, ids);
    case 'choice':
      return select(block, ids);
    case 'scale':
      return [...plainWords(block.label), ...buttons(block.steps, ids)];
    default:
      return assertNever(block);
  }
}

/** The text of one block: joins pieces up to a message's limit. `again` is the prefix of each further text. */
function words(pieces: readonly string[], before = '', again = before): readonly Piece[] {
  const texts: string[] = [];
  for (const piece of pieces) {
    const last = texts.at(-1);
    const joined = `${last ?? ''}${piece}`;
    if (last !== undefined && before.length + joined.length <= limits.letters) texts[texts.length - 1] = joined;
    else texts.push(piece);
  }
  return texts.filter((text) => text.trim() !== '').map((text, i) => ({ text: `${i === 0 ? before : again}${text}` }));
}

function plainWords(text: string): readonly Piece[] {
  return words(markdownPieces([plain(text)]));
}

function oneLine(item: Text): readonly string[] {
  return markdownPieces(item).map((piece) => piece.replace(/\n+/g, ' '));
}

function image(block: Extract<Block, { kind: 'image' }>, ids: CustomIds): readonly Piece[] {
  const name = ids.unlike('picture.png', '-');
  const alt = cut(block.alt, limits.description);
  const items = [{ media: { url: `attachment://${name}` }, ...(alt !== '' && { description: alt }) }];
  return [
    {
      component: { type: ComponentType.MediaGallery, items },
      file: { name, data: Buffer.from(block.png, 'base64'), contentType: 'image/png' },
    },
    ...(alt === block.alt ? [] : plainWords(block.alt)),
  ];
}

function file(block: Extract<Block, { kind: 'file' }>, ids: CustomIds): readonly Piece[] {
  const name = ids.unlike(block.name.replace(/[^\w.-]/g, '_').slice(-100) || 'file', '-');
  return [
    {
      component: { type: ComponentType.File, file: { url: `attachment://${name}` } },
      file: { name, data: Buffer.from(block.base64, 'base64'), contentType: block.mediaType },
    },
    ...(name === block.name ? [] : plainWords(block.name)),
  ];
}

/** Shows labels that are too long for a button, and addresses that no button can open, in full above the buttons. */
function buttons(all: readonly Button[], ids: CustomIds): readonly Piece[] {
  const shown = all.flatMap((button) => buttonOf(button, ids) ?? []);
  return [
    ...all.filter(isTooLong).flatMap(({ label }) => plainWords(label)),
    ...all.flatMap((button) =>
      button.kind === 'link' && addressOf(button) === null
        ? words(markdownPieces([link(button.label, button.href)]))
        : [],
    ),
    ...inGroups(shown, limits.buttonsARow).map((row) => ({ component: rowOf(row) })),
  ];
}

function isTooLong({ label }: Button): boolean {
  return label.length > limits.buttonLabel;
}

function buttonOf(button: Button, ids: CustomIds): APIButtonComponent | null {
  const type = ComponentType.Button;
  const label = cut(button.label, limits.buttonLabel) || nothing;
  if (button.kind === 'action')
    return { type, label, style: ButtonStyle.Secondary, custom_id: ids.unlike(button.token) };
  const url = addressOf(button);
  return url === null ? null : { type, label, style: ButtonStyle.Link, url };
}

function addressOf({ href }: Extract<Button, { kind: 'link' }>): string | null {
  const address = webAddress(href);
  return address === null || address.length > limits.buttonUrl ? null : address;
}

function rowOf(components: readonly APIButtonComponent[]): APIActionRowComponent<APIButtonComponent> {
  return { type: ComponentType.ActionRow, components: [...components] };
}

/** The option values carry the tokens, so the menu's own custom_id has no meaning. The placeholder shows the label. */
function select({ label, options }: Extract<Block, { kind: 'choice' }>, ids: CustomIds): readonly Piece[] {
  return [
    ...(cut(label, limits.placeholder) === label ? [] : plainWords(label)),
    ...options
      .filter((option) => option.label.length > limits.optionLabel)
      .flatMap((option) => plainWords(option.label)),
    ...inGroups(options, limits.optionsASelect).map((group) => ({
      component: {
        type: ComponentType.ActionRow as const,
        components: [
          {
            type: ComponentType.StringSelect as const,
            custom_id: ids.unlike('pick'),
            placeholder: cut(label, limits.placeholder),
            options: group.map((option) => optionOf(option, ids)),
          },
        ],
      },
    })),
  ];
}

function optionOf({ label, token }: ActionButton, ids: CustomIds) {
  return { label: cut(label, limits.optionLabel) || nothing, value: ids.unlike(token) };
}

/** Discord refuses a label without a visible character. */
const nothing = '…';

/** Packs pieces into messages up to Discord's limits. */
class Packer {
  readonly #messages: Message[] = [];
  #components: APIMessageTopLevelComponent[] = [];
  #files: RawFile[] = [];
  #letters = 0;
  #count = 0;

  add(piece: Piece): void {
    if ('text' in piece) return this.#addText(piece.text);
    const { component, file } = piece;
    const count = 'components' in component ? 1 + component.components.length : 1;
    if (this.#count + count > limits.components || this.#files.length === limits.files) this.#next();
    this.#components.push(component);
    this.#count += count;
    if (file !== undefined) this.#files.push(file);
  }

  done(): readonly [Message, ...Message[]] {
    // Discord refuses an empty message.
    if (this.#count === 0 && this.#messages.length === 0) this.#addText('\u200b');
    if (this.#count > 0) this.#next();
    return this.#messages as unknown as readonly [Message, ...Message[]];
  }

  #addText(text: string): void {
    const joins = this.#components.at(-1)?.type === ComponentType.TextDisplay;
    const full = this.#letters + 1 + text.length > limits.letters || (!joins && this.#count === limits.components);
    if (full && this.#count > 0) this.#next();
    const last = this.#components.at(-1);
    if (last?.type === ComponentType.TextDisplay) {
      last.content += `\n${text}`;
      this.#letters += 1 + text.length;
    } else {
      this.#components.push({ type: ComponentType.TextDisplay, content: text });
      this.#letters += text.length;
      this.#count += 1;
    }
  }

  #next(): void {
    this.#messages.push({
      body: {
        components: this.#components,
        attachments: this.#files.map(({ name }, i) => ({ id: String(i), filename: name })),
        flags: MessageFlags.IsComponentsV2,
        allowed_mentions: { parse: [] },
      },
      files: this.#files,
    });
    this.#components = [];
    this.#files = [];
    this.#letters = 0;
    this.#count = 0;
  }
}
