import type { Callback } from './telegram.ts';
import type { Teller } from './teller.ts';
import type { Delivery } from './updates.ts';
import type { Button, Json, Message, User } from './world.ts';

/** What a person sees, as it is now, and what they do with it. */
export class Seen {
  readonly delivery: Delivery | null;
  readonly #teller: Teller;
  readonly #user: User;
  readonly #look: () => readonly Message[];
  readonly #callback: Callback | null;

  constructor(
    teller: Teller,
    user: User,
    look: () => readonly Message[],
    delivery: Delivery | null = null,
    callback: Callback | null = null,
  ) {
    this.#teller = teller;
    this.#user = user;
    this.#look = look;
    this.#callback = callback;
    this.delivery = delivery;
  }

  get messages(): readonly Message[] {
    return this.#look().filter(({ gone }) => !gone);
  }

  /** All words of messages; those of buttons are in `buttons`. */
  get text(): string {
    return this.messages.map(wordsOf).join('\n');
  }

  /** Labels. */
  get buttons(): readonly string[] {
    return this.messages.flatMap(({ keyboard }) => keyboard.flat().map(({ text }) => text));
  }

  get payloads(): readonly Json[] {
    return this.messages.map(({ html, keyboard, fileName }) => ({ html, keyboard, fileName }));
  }

  /** The words over the chat when a button was pressed. */
  get toast(): string {
    return this.#callback?.answer?.text ?? '';
  }

  /** Presses the button with this label; of several the newest. */
  async press(label: string): Promise<Seen> {
    const all = this.messages.flatMap((message) => message.keyboard.flat().map((button) => ({ message, button })));
    const found = all.findLast(({ button }) => button.text === label);
    if (found === undefined) throw new Error(`No button “${label}” among: ${this.buttons.join(' | ')}`);
    return this.#teller.presses(this.#user, found.message, found.button satisfies Button);
  }

  /** Presses a button that was never shown, as a forged client can. */
  async forge(token: string): Promise<Seen> {
    const message = this.messages.at(-1);
    if (message === undefined) throw new Error('There is nothing to press in');
    return this.#teller.presses(this.#user, message, { text: 'forged', callback_data: token });
  }

  /** Follows the address that the press of a button has opened. */
  async follow(): Promise<Seen> {
    return this.#teller.follows(this.#user, this.#callback?.answer?.url ?? 'nowhere');
  }

  /** Waits until these words can be seen. */
  async until(words: string | RegExp): Promise<this> {
    const look = () => (typeof words === 'string' ? this.text.includes(words) : words.test(this.text));
    await this.#teller.until(`“${String(words)}”`, look, () => `There is:\n${this.text}`);
    return this;
  }
}

export function wordsOf({ text, fileName }: Message): string {
  return [fileName, text].filter((words) => words !== null && words !== '').join('\n');
}
