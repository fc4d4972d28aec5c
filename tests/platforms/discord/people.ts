import type { Channel } from './channel.ts';
import type { Discord } from './discord.ts';
import { intents } from './gateway-codes.ts';
import { Role } from './guild.ts';
import { type Choice, type OptionBody, optionTypes } from './payloads/commands.ts';
import type { Command } from './routes/application.ts';
import { answerTo, Seen } from './seen.ts';
import { nextId } from './snowflake.ts';
import { tellBot } from './tell-bot.ts';
import type { User } from './user.ts';
import type { Json } from './wire.ts';

export type Options = Readonly<Record<string, string | number | boolean | Role>>;

interface HowTyped {
  /** Sends also what Discord's own client would not let anyone send. */
  readonly forged?: boolean;
}

/** Someone on Discord. */
export class Person {
  readonly user: User;
  readonly #discord: Discord;

  constructor(discord: Discord, user: User) {
    this.user = user;
    this.#discord = discord;
  }

  get id(): string {
    return this.user.id;
  }

  /** In a channel or thread; whoever is not yet a member of its guild becomes one. */
  in(channel: Channel): Somewhere {
    if (channel.guild !== null && !channel.guild.members.has(this.user)) channel.guild.admit(this.user);
    return new Somewhere(this.#discord, this.user, channel);
  }

  /** In their private chat with the bot. */
  get alone(): Somewhere {
    return this.in(this.#discord.world.dm(this.user));
  }

  /** Writes to the bot alone, and sees what it answers. */
  async dm(text: string): Promise<Seen> {
    const { gateway, changes, messages, world, answerWithinMs } = this.#discord;
    if (!gateway.hears(null, intents.directMessages))
      throw new Error('No bot with the intent DirectMessages is connected');
    const channel = world.dm(this.user);
    const { id: writtenId } = this.alone.writes(text);
    const look = () => {
      const all = messages.in(channel);
      return all.slice(all.findIndex(({ id }) => id === writtenId) + 1).filter(({ author }) => author === world.bot);
    };
    const seen = new Seen({ discord: this.#discord, user: this.user, channel, interaction: null, look });
    await changes.until(`answer to “${text}”`, () => look().length > 0, answerWithinMs);
    return seen;
  }

  /** Takes no more messages from the bot. */
  closeDms(): void {
    this.user.dmsClosed = true;
  }
}

/** Someone in a channel, a thread or a private chat. */
export class Somewhere {
  readonly #discord: Discord;
  readonly #user: User;
  readonly #channel: Channel;

  constructor(discord: Discord, user: User, channel: Channel) {
    this.#discord = discord;
    this.#user = user;
    this.#channel = channel;
  }

  /** Sends a command that the bot has registered, and waits for what this person then sees. */
  async slash(line: string, options: Options = {}, { forged = false }: HowTyped = {}): Promise<Seen> {
    const [name = '', sub] = line.split(' ');
    const command = this.#command(name, forged);
    const at = behind(command, sub, forged);
    const given = Object.entries(options).map(([key, value]) => typed(at, key, value, forged));
    const missing = (at?.options ?? []).find((each) => each.required === true && !(each.name in options));
    if (missing !== undefined && !forged) throw new Error(`/${line} needs ${missing.name}`);
    return answerTo(this.#discord, this.#tell('command', name, dataOf(command, name, under(sub, given))));
  }

  /** What Discord would suggest for an option while this much of it is typed. */
  async completes(line: string, option: string, sofar: string, others: Options = {}): Promise<readonly Choice[]> {
    const [name = '', sub] = line.split(' ');
    const command = this.#command(name, false);
    const at = behind(command, sub, false);
    const body = at?.options?.find((each) => each.name === option);
    if (body?.autocomplete !== true) throw new Error(`/${line} suggests nothing for ${option}`);
    const rest = Object.entries(others).map(([key, value]) => typed(at, key, value, false));
    const given = [...rest, { type: body.type, name: option, value: sofar, focused: true }];
    const { interaction } = await answerTo(
      this.#discord,
      this.#tell('autocomplete', name, dataOf(command, name, under(sub, given))),
    );
    return interaction?.choices ?? [];
  }

  /** What they see here, everything. */
  looks(): Seen {
    const { messages } = this.#discord;
    const look = () => messages.in(this.#channel);
    return new Seen({ discord: this.#discord, user: this.#user, channel: this.#channel, interaction: null, look });
  }

  /** Writes words that are no command. */
  writes(text: string): { readonly id: string } {
    const message = this.#discord.messages.createWritten(this.#channel, this.#user, text);
    this.#discord.announceMessage(message);
    return message;
  }

  #tell(kind: 'command' | 'autocomplete', name: string, data: Json) {
    const about = { kind, name, user: this.#user, channel: this.#channel, messageId: null };
    return tellBot(this.#discord, about, data);
  }

  /** Null: no such command, and it is sent all the same. */
  #command(name: string, forged: boolean): Command | null {
    const { commands } = this.#discord;
    const found = commands.find((each) => each.name === name) ?? null;
    if (forged) return found;
    if (found === null)
      throw new Error(`No command /${name} is registered, but: ${commands.map((each) => each.name).join(', ')}`);
    const { guild } = this.#channel;
    if (!(found.contexts ?? [0, 1]).includes(guild === null ? 1 : 0)) throw new Error(`/${name} is not shown here`);
    const needed = BigInt(found.default_member_permissions ?? 0);
    if (guild !== null && (guild.permissionsOf(this.#user) & needed) !== needed)
      throw new Error(`/${name} is not shown to ${this.#user.name}`);
    return found;
  }
}

interface Behind {
  readonly name: string;
  readonly options: readonly OptionBody[];
}

/** What options are typed for: a command, or the one behind it. */
function behind(command: Command | null, sub: string | undefined, forged: boolean): Behind | null {
  const all = command?.options ?? [];
  const subs = all.filter((each) => each.type === optionTypes.subcommand);
  const found = subs.find(({ name }) => name === sub);
  const own = all.filter((each): each is OptionBody => each.type !== optionTypes.subcommand);
  if (sub === undefined && subs.length > 0 && !forged) throw new Error(`/${command?.name} cannot be typed alone`);
  if (sub !== undefined && found === undefined && !forged) throw new Error(`/${command?.name} has no ${sub}`);
  if (sub !== undefined) return found === undefined ? null : { name: sub, options: found.options ?? [] };
  return command === null ? null : { name: command.name, options: own };
}

function under(sub: string | undefined, options: readonly Json[]): readonly Json[] {
  return sub === undefined ? options : [{ type: optionTypes.subcommand, name: sub, options }];
}

function dataOf(command: Command | null, name: string, options: readonly Json[]): Json {
  return { id: command?.id ?? nextId(), name, type: 1, ...(options.length > 0 && { options }) };
}

/** An option as Discord's client sends it: in its type, and within what the command allows. */
function typed(command: Behind | null, name: string, value: Options[string], forged: boolean): Json {
  const option = command?.options?.find((each) => each.name === name);
  if (option === undefined) {
    if (!forged) throw new Error(`/${command?.name} has no option ${name}`);
    const type = { string: optionTypes.string, number: optionTypes.integer, boolean: optionTypes.boolean }[
      typeof value as 'string'
    ];
    return { name, type, value };
  }
  if (!forged && !fits(option, value)) throw new Error(`Discord would not send ${name}: ${JSON.stringify(value)}`);
  return { name, type: option.type, value: value instanceof Role ? value.id : value };
}

function fits(option: OptionBody, value: Options[string]): boolean {
  if (option.type === optionTypes.boolean) return typeof value === 'boolean';
  if (option.type === optionTypes.role) return value instanceof Role;
  if (option.type === optionTypes.channel) return typeof value === 'string';
  const choices: readonly Choice[] = option.choices ?? [];
  if (choices.length > 0 && !choices.some((choice) => choice.value === value)) return false;
  if (option.type === optionTypes.string) {
    return (
      typeof value === 'string' &&
      value.length >= (option.min_length ?? 1) &&
      value.length <= (option.max_length ?? 6000)
    );
  }
  if (typeof value !== 'number' || (option.type === optionTypes.integer && !Number.isInteger(value))) return false;
  return value >= (option.min_value ?? -Infinity) && value <= (option.max_value ?? Infinity);
}
