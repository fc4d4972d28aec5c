import type { Changes } from '../changes.ts';
import type { Violations } from '../violations.ts';
import { problemsOfMessage } from './payloads/message.ts';
import { problemsOfView } from './payloads/view.ts';
import { type Channel, type Json, type Message, newId, newTs, type OpenView, Team, type User } from './world.ts';

/** Slack says no, in a word. */
export class SlackError extends Error {
  readonly word: string;

  constructor(word: string) {
    super(word);
    this.word = word;
  }
}

interface Given {
  readonly text?: unknown;
  readonly blocks?: unknown;
}

interface ResponseUrl {
  readonly user: User;
  readonly channel: Channel;
  readonly message: Message | null;
  left: number;
}

/** Everything that there is, and what happens to it. Each change has a number, in order. */
export class Slack {
  readonly appId = newId('A');
  readonly teams: Team[] = [];
  readonly messages: Message[] = [];
  readonly views: OpenView[] = [];
  readonly triggers = new Map<string, { readonly user: User; readonly at: number; used: boolean }>();
  readonly responses = new Map<string, ResponseUrl>();
  readonly changes: Changes;
  readonly violations: Violations;
  change = 0;

  constructor(changes: Changes, violations: Violations) {
    this.changes = changes;
    this.violations = violations;
  }

  team(name: string): Team {
    const found = this.teams.find((one) => one.name === name);
    if (found !== undefined) return found;
    const team = new Team(name);
    this.teams.push(team);
    return team;
  }

  channel(team: Team, id: unknown): Channel {
    const found = team.channels.find((one) => one.id === id);
    if (found === undefined) throw new SlackError('channel_not_found');
    return found;
  }

  /** What the bot writes. Nothing that Slack would refuse, and nothing that pings. */
  write(where: string, channel: Channel, given: Given, about: { onlyFor?: User; thread?: string } = {}): Message {
    const { text, blocks } = this.#checked(where, given);
    const { onlyFor = null, thread = null } = about;
    return this.#keep({ channel, author: null, onlyFor, text, blocks, thread });
  }

  /** What someone writes. */
  written(channel: Channel, author: User, text: string): Message {
    return this.#keep({ channel, author, onlyFor: null, text, blocks: [], thread: null });
  }

  rewrite(where: string, message: Message, given: Given): Message {
    Object.assign(message, this.#checked(where, given), { changed: this.#next() });
    return message;
  }

  find(channel: Channel, ts: unknown): Message {
    const found = this.messages.find((one) => one.channel === channel && one.ts === ts && one.onlyFor === null);
    if (found === undefined) throw new SlackError('message_not_found');
    if (found.author !== null) throw new SlackError('cant_update_message');
    return found;
  }

  remove(message: Message): void {
    this.messages.splice(this.messages.indexOf(message), 1);
    this.#next();
  }

  show(where: string, type: OpenView['type'], user: User, view: unknown): OpenView {
    this.#checkView(where, view);
    const opened: OpenView = {
      kind: 'view',
      id: newId('V'),
      user,
      team: user.team,
      type,
      view: view as Json,
      hash: newTs(),
      open: true,
      changed: this.#next(),
    };
    this.views.push(opened);
    return opened;
  }

  showInstead(where: string, opened: OpenView, view: unknown): void {
    this.#checkView(where, view);
    Object.assign(opened, { view, hash: newTs(), changed: this.#next() });
  }

  trigger(user: User): string {
    const id = `${newTs()}.${newId('E')}`;
    this.triggers.set(id, { user, at: performance.now(), used: false });
    return id;
  }

  /** The one whose trigger it is: once, and for 3 s. */
  pull(id: unknown): User {
    const trigger = this.triggers.get(String(id));
    if (trigger === undefined) throw new SlackError('invalid_trigger_id');
    if (trigger.used) throw new SlackError('exchanged_trigger_id');
    if (performance.now() - trigger.at > 3_000) throw new SlackError('expired_trigger_id');
    trigger.used = true;
    return trigger.user;
  }

  #next(): number {
    this.change += 1;
    return this.change;
  }

  #keep(message: Omit<Message, 'kind' | 'ts' | 'changed'>): Message {
    const kept: Message = { ...message, kind: 'message', ts: newTs(), changed: this.#next() };
    this.messages.push(kept);
    return kept;
  }

  #checked(where: string, given: Given): { text: string; blocks: readonly Json[] } {
    const problems = problemsOfMessage(given);
    for (const problem of problems) this.violations.add(where, problem);
    if (problems.length > 0) throw new SlackError('invalid_blocks');
    return { text: (given.text ?? '') as string, blocks: (given.blocks ?? []) as readonly Json[] };
  }

  #checkView(where: string, view: unknown): void {
    const problems = problemsOfView(view);
    for (const problem of problems) this.violations.add(where, problem);
    if (problems.length > 0) throw new SlackError('invalid_arguments');
  }
}
