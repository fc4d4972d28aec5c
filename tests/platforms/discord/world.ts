import { Channel } from './channel.ts';
import { Guild } from './guild.ts';
import type { Herald } from './herald.ts';
import { nextId } from './snowflake.ts';
import { type Someone, User, userOf } from './user.ts';

/** All that there is on this Discord. */
export class World {
  readonly applicationId = nextId();
  readonly bot = new User('Handrail', true);
  readonly guilds: Guild[] = [];
  readonly #users = new Map<string, User>();
  readonly #usersById = new Map<string, User>();
  readonly #dms = new Map<User, Channel>();
  readonly #dmsById = new Map<string, Channel>();
  readonly #herald: Herald;

  constructor(herald: Herald) {
    this.#herald = herald;
  }

  /** The user of that name, made when there is none. */
  user(name: string): User {
    const known = this.#users.get(name) ?? new User(name);
    this.#users.set(name, known);
    this.#usersById.set(known.id, known);
    return known;
  }

  userById(id: string): User | undefined {
    return this.#usersById.get(id);
  }

  guild(name: string, { owner, locale, channels = ['general'], joinedAt }: GuildOptions = {}): Guild {
    const guild = new Guild(name, (...news) => this.guilds.includes(guild) && this.#herald(...news), {
      owner: owner === undefined ? this.user(`owner of ${name}`) : userOf(owner),
      locale,
    });
    guild.admit(this.bot);
    if (joinedAt !== undefined) guild.joinedAt = joinedAt.toISOString();
    for (const channel of channels) guild.channel(channel);
    // Nothing is told of a guild until it is whole.
    this.guilds.push(guild);
    this.#herald('guild-joined', guild);
    return guild;
  }

  dm(user: User): Channel {
    const known = this.#dms.get(user) ?? new Channel('dm', user.name, this.#herald, { recipient: user });
    this.#dms.set(user, known);
    this.#dmsById.set(known.id, known);
    return known;
  }

  channelById(id: string): Channel | undefined {
    const channels = this.guilds.flatMap(({ channels }) => channels);
    const found = this.#dmsById.get(id) ?? channels.find((channel) => channel.id === id);
    return found?.gone === true ? undefined : found;
  }
}

export interface GuildOptions {
  readonly owner?: Someone;
  readonly locale?: string;
  /** Names of text channels. */
  readonly channels?: readonly string[];
  /** When the bot was added; long ago by default. */
  readonly joinedAt?: Date;
}
