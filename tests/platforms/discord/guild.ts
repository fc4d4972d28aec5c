import { Channel } from './channel.ts';
import type { Herald } from './herald.ts';
import { everything, ofEveryone, permissions } from './permissions.ts';
import { nextGuildId, nextId } from './snowflake.ts';
import { type Someone, type User, userOf } from './user.ts';

export class Role {
  readonly id: string;
  readonly name: string;
  readonly guild: Guild;
  readonly permissions: bigint;

  constructor(guild: Guild, name: string, granted: bigint, id = nextId()) {
    this.id = id;
    this.guild = guild;
    this.name = name;
    this.permissions = granted;
  }
}

export const longAgo = '2024-01-01T00:00:00.000000+00:00';

export class Guild {
  readonly id = nextGuildId();
  readonly name: string;
  readonly locale: string;
  readonly owner: User;
  readonly channels: Channel[] = [];
  readonly roles: Role[] = [];
  readonly members = new Map<User, Set<Role>>();
  readonly #herald: Herald;
  joined = true;
  /** When the bot was added. */
  joinedAt = longAgo;
  available = true;

  constructor(name: string, herald: Herald, { owner, locale = 'en-US' }: { owner: User; locale?: string | undefined }) {
    this.name = name;
    this.locale = locale;
    this.owner = owner;
    this.#herald = herald;
    this.roles.push(new Role(this, '@everyone', ofEveryone, this.id));
    this.admit(owner);
  }

  /** The text channel of that name, made when there is none. */
  channel(name: string): Channel {
    return this.#find(name, 'text') ?? this.#made(new Channel('text', name, this.#herald, { guild: this }));
  }

  /** The voice channel of that name, made when there is none. */
  voiceChannel(name: string): Channel {
    return this.#find(name, 'voice') ?? this.#made(new Channel('voice', name, this.#herald, { guild: this }));
  }

  /** The thread of that name in a channel, made when there is none. */
  thread(parent: Channel, name: string, id?: string): Channel {
    const place = { guild: this, parent, ...(id !== undefined && { id }) };
    return this.#find(name, 'thread') ?? this.#made(new Channel('thread', name, this.#herald, place));
  }

  role(name: string, ...granted: readonly (keyof typeof permissions)[]): Role {
    const bits = granted.reduce((all, each) => all | permissions[each], 0n);
    const role = new Role(this, name, bits);
    this.roles.push(role);
    this.#herald('role-made', role);
    return role;
  }

  /** Makes them a member, with these roles besides those that they have. */
  admit(someone: Someone, ...roles: readonly Role[]): void {
    const user = userOf(someone);
    this.members.set(user, new Set([...(this.members.get(user) ?? []), ...roles]));
  }

  /** What a member may do. */
  permissionsOf(user: User): bigint {
    if (user === this.owner) return everything;
    const roles = [...this.roles.slice(0, 1), ...(this.members.get(user) ?? [])];
    const granted = roles.reduce((all, role) => all | role.permissions, 0n);
    return (granted & permissions.administrator) === 0n ? granted : everything;
  }

  /** What the bot may do in a channel. */
  botPermissions(channel: Channel): bigint {
    const writing = permissions.sendMessages | permissions.sendInThreads | permissions.createThreads;
    const seen = channel.botMayView ? ofEveryone : ofEveryone & ~permissions.viewChannel;
    return channel.botMayWrite ? seen : seen & ~writing;
  }

  /** The bot is removed from the guild. */
  removeBot(): void {
    this.joined = false;
    this.#herald('guild-left', this);
  }

  /** The bot is added again. */
  addBot(): void {
    this.joined = true;
    this.joinedAt = new Date().toISOString();
    this.#herald('guild-joined', this);
  }

  /** Discord's own outage: the guild is there, and cannot be reached. */
  goDown(): void {
    this.available = false;
    this.#herald('guild-out', this);
  }

  comeBack(): void {
    this.available = true;
    this.#herald('guild-joined', this);
  }

  #find(name: string, kind: Channel['kind']): Channel | undefined {
    return this.channels.find((channel) => channel.name === name && channel.kind === kind && !channel.gone);
  }

  #made(channel: Channel): Channel {
    this.channels.push(channel);
    this.#herald('channel-made', channel);
    return channel;
  }
}
