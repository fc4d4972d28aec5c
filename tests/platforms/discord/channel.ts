import type { Guild } from './guild.ts';
import type { Herald } from './herald.ts';
import { nextId } from './snowflake.ts';
import type { User } from './user.ts';

export class Channel {
  readonly id: string;
  readonly kind: 'text' | 'voice' | 'thread' | 'dm';
  readonly name: string;
  readonly guild: Guild | null;
  /** Of a thread. */
  readonly parent: Channel | null;
  /** Of a DM: whom the bot writes with. */
  readonly recipient: User | null;
  readonly #herald: Herald;
  #gone = false;
  #botMayWrite = true;
  #botMayView = true;

  constructor(
    kind: Channel['kind'],
    name: string,
    herald: Herald,
    { guild = null, parent = null, recipient = null, id = nextId() }: Partial<ChannelPlace> = {},
  ) {
    this.id = id;
    this.kind = kind;
    this.name = name;
    this.guild = guild;
    this.parent = parent;
    this.recipient = recipient;
    this.#herald = herald;
  }

  get gone(): boolean {
    return this.#gone || (this.parent?.gone ?? false);
  }

  get botMayWrite(): boolean {
    return this.#botMayWrite && (this.parent?.botMayWrite ?? true);
  }

  get botMayView(): boolean {
    return this.#botMayView && (this.parent?.botMayView ?? true);
  }

  /** Someone deletes it. */
  remove(): void {
    this.#gone = true;
    this.#herald('channel-gone', this);
  }

  /** From now on the bot may read here, and not write. */
  silenceBot(): void {
    this.#botMayWrite = false;
    this.#herald('channel-changed', this);
  }

  /** From now on the bot may not see it. The gateway tells of it all the same. */
  hideFromBot(): void {
    this.#botMayView = false;
    this.#herald('channel-changed', this);
  }
}

interface ChannelPlace {
  readonly id: string;
  readonly guild: Guild | null;
  readonly parent: Channel | null;
  readonly recipient: User | null;
}
