/** What is in Slack: workspaces, channels, people, and what was written. */

export type Json = Record<string, unknown>;

let last = 0;
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** Such as "U0000001A": Slack's look like that. */
export function newId(kind: 'T' | 'U' | 'C' | 'D' | 'A' | 'V' | 'F' | 'S' | 'E' | 'B'): string {
  last += 1;
  return `${kind}0${String(last).padStart(8, '0')}${letters[last % letters.length]}`;
}

/** Later than every one before. */
export function newTs(): string {
  last += 1;
  return `${Math.floor(Date.now() / 1_000)}.${String(last).padStart(6, '0')}`;
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly team: Team;
  readonly admin: boolean;
  readonly owner: boolean;
  readonly tz: string;
  readonly locale: string;
  takesMessages: boolean;
}

export class Channel {
  readonly id: string;
  readonly name: string;
  readonly team: Team;
  /** Whose private chat with the bot it is. */
  readonly alone: User | null;
  botIsIn: boolean;
  archived = false;
  /** With another organisation. */
  shared = false;
  /** Who is not in it is not told that it exists. */
  hidden = false;
  /** A conversation of several people. */
  ofSeveral = false;

  constructor(team: Team, name: string, alone: User | null) {
    this.id = newId(alone === null && name !== 'directmessage' ? 'C' : 'D');
    this.name = name;
    this.team = team;
    this.alone = alone;
    this.botIsIn = alone !== null;
  }

  invite(): void {
    this.botIsIn = true;
  }
}

export class Team {
  readonly id = newId('T');
  readonly name: string;
  readonly botUserId = newId('U');
  readonly tokens = new Set<string>();
  readonly expired = new Set<string>();
  readonly channels: Channel[] = [];
  readonly users: User[] = [];
  readonly groups = new Map<string, readonly User[]>();

  constructor(name: string) {
    this.name = name;
  }

  channel(name: string): Channel {
    const found = this.channels.find((one) => one.name === name && one.alone === null);
    if (found !== undefined) return found;
    const channel = new Channel(this, name, null);
    this.channels.push(channel);
    return channel;
  }

  aloneWith(user: User): Channel {
    const found = this.channels.find(({ alone }) => alone === user);
    if (found !== undefined) return found;
    const channel = new Channel(this, user.name, user);
    this.channels.push(channel);
    return channel;
  }

  /** The private chat of two people, where the bot is not. */
  chatOfTwo(): Channel {
    return this.channel('directmessage');
  }

  userGroup(members: readonly { readonly user: User }[]): { readonly id: string } {
    const id = newId('S');
    this.groups.set(
      id,
      members.map(({ user }) => user),
    );
    return { id };
  }
}

export interface Message {
  readonly kind: 'message';
  readonly ts: string;
  readonly channel: Channel;
  /** null: the bot's. */
  readonly author: User | null;
  /** Only this person sees it, until they load Slack again. */
  readonly onlyFor: User | null;
  text: string;
  blocks: readonly Json[];
  readonly thread: string | null;
  changed: number;
}

export interface OpenView {
  readonly kind: 'view';
  readonly id: string;
  readonly user: User;
  readonly team: Team;
  readonly type: 'modal' | 'home';
  view: Json;
  hash: string;
  open: boolean;
  changed: number;
}
