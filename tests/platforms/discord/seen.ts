import type { Channel } from './channel.ts';
import type { Discord } from './discord.ts';
import type { Interaction } from './interactions.ts';
import type { Message } from './messages.ts';
import { OpenModal } from './open-modal.ts';
import type { Button } from './payloads/components.ts';
import { tellBot } from './tell-bot.ts';
import type { User } from './user.ts';
import { type Json, messageJson } from './wire.ts';
import { buttonsOf, selectsOf, wordsOf, wordsOfModal } from './words.ts';

/** Where someone is and what they look at. */
export interface View {
  readonly discord: Discord;
  readonly user: User;
  readonly channel: Channel;
  /** What came of it is all that is seen; null: they look at the channel. */
  readonly interaction: Interaction | null;
  readonly look: () => readonly Message[];
}

/** What a person sees, as it is now: an edit shows here too. And what they do with it. */
export class Seen {
  readonly interaction: Interaction | null;
  readonly #view: View;

  constructor(view: View) {
    this.#view = view;
    this.interaction = view.interaction;
  }

  /** Those that this person can see, in order; one that still loads has no words. */
  get messages(): readonly Message[] {
    const { look, user } = this.#view;
    return look().filter(({ onlyFor }) => onlyFor === null || onlyFor === user);
  }

  get text(): string {
    const modal = this.interaction?.modal ?? null;
    return [...this.messages.map(wordsOf), ...(modal === null ? [] : [wordsOfModal(modal)])].join('\n');
  }

  /** The messages as the bot would read them. */
  get payloads(): readonly Json[] {
    const { applicationId } = this.#view.discord.world;
    return this.messages.map((message) => messageJson(message, applicationId));
  }

  /** Labels. */
  get buttons(): readonly string[] {
    return this.messages.flatMap(buttonsOf).map(({ label }) => label);
  }

  /** The labels of what can be picked, of each select. */
  get selects(): readonly (readonly string[])[] {
    return this.messages.flatMap(selectsOf).map(({ options }) => options.map(({ label }) => label));
  }

  /** The modal that opened. */
  get modal(): OpenModal {
    const { discord, user, channel } = this.#view;
    const { interaction } = this;
    if (interaction === null || interaction.modal === null) throw new Error(`No modal opened. There is:\n${this.text}`);
    return new OpenModal(interaction.modal, (data) =>
      answerTo(
        discord,
        tellBot(
          discord,
          { kind: 'modal', name: String(data['custom_id']), user, channel, messageId: interaction.messageId },
          data,
        ),
      ),
    );
  }

  /** Presses the button with this label; of several the newest. */
  async press(label: string): Promise<Seen> {
    const all = this.messages.flatMap((message) => buttonsOf(message).map((button) => ({ message, button })));
    const { message, button } = newest(all, ({ button }) => button.label === label, `button “${label}”`, this.buttons);
    return this.#use('button', message, customIdOf(button), { component_type: 2 });
  }

  /** Presses a button that was never shown, as a forged client can. */
  async forge(customId: string): Promise<Seen> {
    const message = newest(this.messages, () => true, 'message', []);
    return this.#use('button', message, customId, { component_type: 2 });
  }

  /** Picks in the select that has all of these labels; of several the newest. */
  async pick(...labels: readonly [string, ...string[]]): Promise<Seen> {
    const all = this.messages.flatMap((message) => selectsOf(message).map((select) => ({ message, select })));
    const has = ({ select }: (typeof all)[number]) =>
      labels.every((label) => select.options.some((option) => option.label === label));
    const { message, select } = newest(all, has, `select with “${labels.join('”, “')}”`, this.selects.flat());
    if (select.disabled === true) throw new Error('This select is disabled');
    const values = labels.map((label) => select.options.find((option) => option.label === label)?.value);
    const [least, most] = [select.min_values ?? 1, select.max_values ?? 1];
    if (values.length < least || values.length > most) throw new Error(`This select takes ${least} to ${most} values`);
    return this.#use('select', message, select.custom_id, { component_type: 3, values });
  }

  /** Waits until these words can be seen. */
  async until(words: string | RegExp): Promise<this> {
    const look = () => (typeof words === 'string' ? this.text.includes(words) : words.test(this.text));
    return this.#wait(`“${String(words)}”`, look);
  }

  /** Waits until there are this many messages, all of them with their final words. */
  async upTo(count: number): Promise<this> {
    return this.#wait(`${count} messages`, () => this.messages.filter(({ loading }) => !loading).length >= count);
  }

  async #wait(what: string, look: () => boolean): Promise<this> {
    const { changes, answerWithinMs } = this.#view.discord;
    await changes.until(what, look, answerWithinMs, () => `There is:\n${this.text}`);
    return this;
  }

  async #use(kind: 'button' | 'select', message: Message, name: string, data: Json): Promise<Seen> {
    const { discord, user, channel } = this.#view;
    const about = { kind, name, user, channel, messageId: message.id };
    return answerTo(discord, tellBot(discord, about, { custom_id: name, ...data }));
  }
}

/** Waits until the person sees an answer to what they did. */
export async function answerTo(discord: Discord, interaction: Interaction): Promise<Seen> {
  const { changes, answerWithinMs } = discord;
  const { kind, name, user, channel } = interaction;
  await changes.until(
    `answer to the ${kind} ${name}`,
    () => interaction.answeredAt !== null,
    answerWithinMs,
    () => discord.whatCameFor(interaction),
  );
  const look = () => interaction.messageIds.flatMap((id) => discord.messages.byId(id) ?? []);
  return new Seen({ discord, user, channel, interaction, look });
}

function newest<T>(all: readonly T[], fits: (each: T) => boolean, what: string, there: readonly string[]): T {
  const found = all.findLast(fits);
  if (found === undefined) throw new Error(`No ${what} among: ${there.join(' | ')}`);
  return found;
}

function customIdOf({ label, custom_id, disabled, url }: Button): string {
  if (disabled === true) throw new Error(`The button “${label}” is disabled`);
  if (!custom_id) throw new Error(`The button “${label}” leads to ${url}: the bot never hears of it`);
  return custom_id;
}
