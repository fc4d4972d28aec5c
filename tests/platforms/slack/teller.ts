import type { Deliveries, Delivery } from './deliveries.ts';
import { Seen } from './seen.ts';
import type { Slack } from './slack.ts';
import { type Channel, type Json, type Message, newId, newTs, type OpenView, type User } from './world.ts';

interface TellerOptions {
  readonly slack: Slack;
  readonly deliveries: Deliveries;
  readonly url: () => string;
  readonly answerWithinMs: number;
}

/** Tells the bot what people do, and waits for what they see of it. */
export class Teller {
  readonly #options: TellerOptions;

  constructor(options: TellerOptions) {
    this.#options = options;
  }

  slash(user: User, channel: Channel, text: string): Promise<Seen> {
    const { team } = user;
    return this.#answer(user, 'slash_commands', {
      ...this.#verified,
      team_id: team.id,
      team_domain: team.name.toLowerCase(),
      channel_id: channel.id,
      channel_name: channel.alone === null ? channel.name : 'directmessage',
      user_id: user.id,
      user_name: user.name,
      command: '/handrail',
      text: withReferences(escaped(text), user),
      is_enterprise_install: 'false',
      response_url: this.#responseUrl(user, channel, null),
      trigger_id: this.#options.slack.trigger(user),
    });
  }

  shortcut(user: User, callbackId: string, about: { channel: Channel; message: Message } | null): Promise<Seen> {
    const base = { ...this.#interaction(user), callback_id: callbackId, action_ts: newTs() };
    if (about === null) return this.#answer(user, 'interactive', { ...base, type: 'shortcut' });
    const { channel, message } = about;
    return this.#answer(user, 'interactive', {
      ...base,
      type: 'message_action',
      channel: { id: channel.id, name: channel.name },
      message: { ts: message.ts, text: message.text },
      message_ts: message.ts,
      response_url: this.#responseUrl(user, channel, null),
    });
  }

  presses(user: User, thing: Message | OpenView, action: Json): Promise<Seen> {
    const base = { ...this.#interaction(user), type: 'block_actions' };
    const actions = [{ block_id: 'b', action_ts: newTs(), ...action }];
    if (thing.kind === 'view') {
      const { id, type, hash, view } = thing;
      const container = { type: 'view', view_id: id };
      const shown = { ...view, id, type, hash, private_metadata: view['private_metadata'] ?? '' };
      return this.#answer(user, 'interactive', { ...base, container, view: shown, actions });
    }
    const { channel, ts, onlyFor, thread } = thing;
    const container = {
      type: 'message',
      message_ts: ts,
      channel_id: channel.id,
      is_ephemeral: onlyFor !== null,
      ...(thread !== null && { thread_ts: thread }),
    };
    return this.#answer(user, 'interactive', {
      ...base,
      container,
      channel: { id: channel.id, name: channel.name },
      response_url: this.#responseUrl(user, channel, thing),
      actions,
    });
  }

  async submits(opened: OpenView, values: Json, labels: Readonly<Record<string, string>>): Promise<Seen> {
    const { slack } = this.#options;
    const { user, id, hash, view } = opened;
    const from = slack.change;
    const delivery = this.#options.deliveries.tell('interactive', {
      ...this.#interaction(user),
      type: 'view_submission',
      view: { ...view, id, hash, type: 'modal', state: { values } },
      response_urls: [],
    });
    await this.until('an acknowledgement of the form', () => delivery.acknowledgedAt !== null);
    const said = delivery.said;
    if (said?.['response_action'] === 'errors') {
      const errors = Object.entries(said['errors'] as Record<string, string>);
      const byLabel = Object.fromEntries(errors.map(([block, sentence]) => [labels[block] ?? block, sentence]));
      return new Seen(this, user, () => [opened], delivery, byLabel);
    }
    if (said?.['response_action'] === 'update') {
      slack.showInstead('response_action', opened, said['view']);
      return new Seen(this, user, () => [opened], delivery);
    }
    opened.open = false;
    return this.#seen(user, delivery, from, 'the form');
  }

  async writes(user: User, text: string): Promise<Seen> {
    const { slack } = this.#options;
    const channel = user.team.aloneWith(user);
    const { ts } = slack.written(channel, user, text);
    const event = {
      type: 'message',
      channel_type: 'im',
      channel: channel.id,
      user: user.id,
      text: escaped(text),
      ts,
      event_ts: ts,
    };
    return this.#answer(user, 'events_api', this.event(user.team.id, event));
  }

  opensHome(user: User): Promise<Seen> {
    const channel = user.team.aloneWith(user).id;
    const event = { type: 'app_home_opened', user: user.id, channel, tab: 'home', event_ts: newTs() };
    return this.#answer(user, 'events_api', this.event(user.team.id, event));
  }

  event(team: string, event: Json): Json {
    return {
      ...this.#verified,
      team_id: team,
      event,
      type: 'event_callback',
      event_id: newId('E'),
      event_time: Math.floor(Date.now() / 1_000),
    };
  }

  /** All that this person sees in a channel. */
  looks(user: User, channel: Channel): Seen {
    const { slack } = this.#options;
    const seen = () =>
      slack.messages.filter((one) => one.channel === channel && (one.onlyFor === null || one.onlyFor === user));
    return new Seen(this, user, seen);
  }

  async until(what: string, look: () => boolean, instead?: () => string): Promise<void> {
    const { slack, answerWithinMs } = this.#options;
    await slack.changes.until(what, look, answerWithinMs, instead);
  }

  async #answer(user: User, type: Delivery['type'], payload: Json): Promise<Seen> {
    const from = this.#options.slack.change;
    const delivery = this.#options.deliveries.tell(type, payload);
    return this.#seen(user, delivery, from, type);
  }

  /** What is new or changed since then, and can be seen by this person. */
  async #seen(user: User, delivery: Delivery, from: number, what: string): Promise<Seen> {
    const { slack } = this.#options;
    const mine = (thing: Message | OpenView): boolean => {
      if (thing.changed <= from) return false;
      if (thing.kind === 'view') return thing.user === user;
      const { author, onlyFor, channel } = thing;
      if (author !== null) return false;
      return onlyFor === user || channel.alone === user;
    };
    const look = () => [...slack.messages, ...slack.views].filter(mine);
    const here = look;
    await this.until(`answer to ${what}`, () => here().length > 0);
    delivery.answeredAt ??= performance.now();
    const things = look();
    // An interaction may change more things one after the other: what changes later shows too.
    return new Seen(this, user, () => [...new Set([...things, ...look()])], delivery);
  }

  get #verified(): Json {
    return { token: 'deprecated', api_app_id: this.#options.slack.appId };
  }

  #interaction(user: User): Json {
    const { slack } = this.#options;
    return {
      ...this.#verified,
      team: { id: user.team.id, domain: user.team.name.toLowerCase() },
      user: { id: user.id, name: user.name, username: user.name, team_id: user.team.id },
      trigger_id: slack.trigger(user),
      is_enterprise_install: false,
    };
  }

  #responseUrl(user: User, channel: Channel, message: Message | null): string {
    const id = newId('E');
    this.#options.slack.responses.set(id, { user, channel, message, left: 5 });
    return `${this.#options.url()}/respond/${id}`;
  }
}

/** As Slack escapes what someone typed. */
/** In a slash command Slack puts a reference in the place of a channel's name: `should_escape` of the manifest. */
function withReferences(text: string, { team }: User): string {
  return text.replace(/(?<=^|[\s:])#([\w-]+)/g, (typed, name: string) => {
    const found = team.channels.find((channel) => channel.name === name && channel.alone === null);
    return found === undefined ? typed : `<#${found.id}|${name}>`;
  });
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
