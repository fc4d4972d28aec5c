import type { Delivery } from './deliveries.ts';
import { OpenModal } from './open-modal.ts';
import { buttonsOfBlocks, selectsOfBlocks, wordsOfBlocks } from './payloads/blocks.ts';
import type { Teller } from './teller.ts';
import type { Json, Message, OpenView, User } from './world.ts';

type Thing = Message | OpenView;

/** What a person sees, as it is now, and what they do with it. */
export class Seen {
  readonly delivery: Delivery | null;
  /** Beside the fields of a form that stayed open, by label. */
  readonly errors: Readonly<Record<string, string>>;
  readonly #teller: Teller;
  readonly #user: User;
  readonly #look: () => readonly Thing[];

  constructor(
    teller: Teller,
    user: User,
    look: () => readonly Thing[],
    delivery: Delivery | null = null,
    errors: Readonly<Record<string, string>> = {},
  ) {
    this.#teller = teller;
    this.#user = user;
    this.#look = look;
    this.delivery = delivery;
    this.errors = errors;
  }

  get #things(): readonly Thing[] {
    return this.#look().filter((thing) => thing.kind === 'message' || thing.open);
  }

  get messages(): readonly Message[] {
    return this.#things.filter((thing): thing is Message => thing.kind === 'message');
  }

  get payloads(): readonly Json[] {
    return this.#things.map((thing) =>
      thing.kind === 'message' ? { text: thing.text, blocks: thing.blocks } : thing.view,
    );
  }

  /** All words that stand in blocks; of a message without any, its text. */
  get text(): string {
    return [...Object.values(this.errors), ...this.#things.flatMap(wordsOf)].join('\n');
  }

  /** Labels. */
  get buttons(): readonly string[] {
    return this.#things.flatMap((thing) => buttonsOfBlocks(blocksOf(thing)).map(({ label }) => label));
  }

  get modal(): OpenModal {
    const modal = this.#things.findLast((thing): thing is OpenView => thing.kind === 'view' && thing.type === 'modal');
    if (modal === undefined) throw new Error(`No modal opened. There is:\n${this.text}`);
    return new OpenModal(this.#teller, modal);
  }

  /** Presses the button with this label; of several the newest. */
  async press(label: string): Promise<Seen> {
    const all = this.#things.flatMap((thing) => buttonsOfBlocks(blocksOf(thing)).map((button) => ({ thing, button })));
    const found = all.findLast(({ button }) => button.label === label);
    if (found === undefined) throw new Error(`No button “${label}” among: ${this.buttons.join(' | ')}`);
    const { actionId, value, url } = found.button;
    if (url !== null) throw new Error(`The button “${label}” leads to ${url}`);
    return this.#use(found.thing, { type: 'button', action_id: actionId, value });
  }

  /** Presses a button that was never shown, as a forged client can. */
  async forge(token: string): Promise<Seen> {
    const thing = this.#things.at(-1);
    if (thing === undefined) throw new Error('There is nothing to press in');
    return this.#use(thing, { type: 'button', action_id: 'forged', value: token });
  }

  /** Picks this label where it can be picked. */
  async pick(label: string): Promise<Seen> {
    const all = this.#things.flatMap((thing) => selectsOfBlocks(blocksOf(thing)).map((select) => ({ thing, select })));
    const found = all.findLast(({ select }) => select.options.some((option) => option.label === label));
    const option = found?.select.options.find((one) => one.label === label);
    if (found === undefined || option === undefined) throw new Error(`Nothing to pick says “${label}”`);
    const picked = { text: { type: 'plain_text', text: label }, value: option.value };
    return this.#use(found.thing, { type: 'static_select', action_id: found.select.actionId, selected_option: picked });
  }

  /** Waits until these words can be seen. */
  async until(words: string | RegExp): Promise<this> {
    const look = () => (typeof words === 'string' ? this.text.includes(words) : words.test(this.text));
    await this.#teller.until(`“${String(words)}”`, look, () => `There is:\n${this.text}`);
    return this;
  }

  #use(thing: Thing, action: Json): Promise<Seen> {
    return this.#teller.presses(this.#user, thing, action);
  }
}

function blocksOf(thing: Thing): unknown {
  return thing.kind === 'message' ? thing.blocks : thing.view['blocks'];
}

export function wordsOf(thing: Thing): readonly string[] {
  if (thing.kind === 'message' && thing.blocks.length === 0) return [thing.text];
  const title = thing.kind === 'view' ? ((thing.view['title'] as Json | undefined)?.['text'] ?? '') : '';
  return [title as string, ...wordsOfBlocks(blocksOf(thing))].filter((words) => words !== '');
}
