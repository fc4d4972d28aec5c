import type { Caller, Place, RequestBody } from '../../core/language/request.ts';
import { Temporal, type ZoneId } from '../../core/values/time.ts';
import { type AnswerAt, answersIn, formId, readMetadata, shownId } from './modal.ts';
import { nameOf } from './names.ts';
import { tokenOf } from './render.ts';
import { unescape } from './rich-text.ts';

/** Something that a person did, as Slack tells of it: https://docs.slack.dev/interactivity/handling-user-interaction */
export interface Incoming {
  /** The same when Slack tells of it again. */
  readonly id: string;
  readonly team: string;
  readonly user: string;
  readonly at: Temporal.Instant | null;
  readonly asked: RequestBody;
  readonly surface: Surface;
  /** Opens a modal, once, within 3 s. */
  readonly trigger: string | null;
}

/** Where someone is when they ask, and so where the answer is shown. */
export type Surface =
  /** In a channel: what comes back is theirs alone, and goes when they reload. */
  | {
      readonly kind: 'channel';
      readonly channel: string;
      readonly respondAt: string;
      /** The message with the button, where it is theirs alone. */
      readonly ownMessage: boolean;
    }
  /** In the private chat. `message`: the one with the button. */
  | { readonly kind: 'chat'; readonly channel: string; readonly message: string | null; readonly thread: string | null }
  /** In a modal that shows something. */
  | { readonly kind: 'modal'; readonly view: string }
  /** Nowhere: a shortcut, the App Home, or a form that was opened there. */
  | { readonly kind: 'none' };

/** What the platform's own words for a shortcut ask for. */
export const shortcuts: Readonly<Record<string, RequestBody>> = {
  checkin: { kind: 'command', name: 'checkin', options: { form: true } },
  sos: { kind: 'command', name: 'sos', options: {} },
};

interface Body {
  readonly type?: string;
  readonly command?: string;
  readonly text?: string;
  readonly trigger_id?: string;
  readonly response_url?: string;
  readonly team_id?: string;
  readonly user_id?: string;
  readonly channel_id?: string;
  readonly callback_id?: string;
  readonly team?: { readonly id: string } | null;
  readonly user?: { readonly id: string; readonly team_id?: string };
  readonly channel?: { readonly id: string };
  readonly container?: {
    readonly type: string;
    readonly channel_id?: string;
    readonly message_ts?: string;
    readonly thread_ts?: string;
    readonly is_ephemeral?: boolean;
    readonly view_id?: string;
  };
  readonly view?: {
    readonly id: string;
    readonly hash?: string;
    readonly type?: string;
    readonly callback_id: string;
    readonly private_metadata: string;
    readonly state: { readonly values: Parameters<typeof answersIn>[0] };
  };
  readonly actions?: readonly {
    readonly action_id: string;
    readonly action_ts: string;
    readonly value?: string;
    readonly selected_option?: { readonly value: string } | null;
  }[];
  readonly action_ts?: string;
  readonly event_id?: string;
  readonly event?: MessageEvent;
}

interface MessageEvent {
  readonly type: string;
  readonly subtype?: string;
  readonly bot_id?: string;
  readonly channel_type?: string;
  readonly channel?: string;
  readonly user?: string;
  readonly text?: string;
  readonly ts?: string;
  readonly thread_ts?: string;
  readonly tab?: string;
  readonly tokens?: { readonly bot?: readonly string[] };
}

/** Null where it is nothing that is answered: a link that was opened, a message of a bot, something new of Slack's. */
export function incomingOf(raw: object): Incoming | null {
  const body = raw as Body;
  if (body.command !== undefined) return slashCommand(body);
  if (body.event !== undefined) return written(body, body.event);
  switch (body.type) {
    case 'block_actions':
      return pressed(body);
    case 'view_submission':
      return submitted(body);
    case 'shortcut':
    case 'message_action':
      return shortcut(body);
    default:
      return null;
  }
}

function slashCommand({
  text = '',
  team_id: team,
  user_id: user,
  channel_id: channel,
  ...body
}: Body): Incoming | null {
  if (team === undefined || user === undefined || channel === undefined) return null;
  const { trigger_id: trigger = null, response_url: respondAt = '' } = body;
  const surface: Surface = { kind: 'channel', channel, respondAt, ownMessage: false };
  return { id: trigger ?? respondAt, team, user, at: null, asked: typed(unescape(text)), surface, trigger };
}

/** Slack does not say whose private chat it is: two people's own looks like the one with the bot. */
export function mayBeChat({ surface }: Incoming): boolean {
  return surface.kind === 'channel' && surface.channel.startsWith('D') && !surface.ownMessage;
}

/** The same, in the private chat with the bot. */
export function inChat(incoming: Incoming, channel: string): Incoming {
  return { ...incoming, surface: { kind: 'chat', channel, message: null, thread: null } };
}

/** "checkin mood:4", "/checkin mood:4": the command and what stands behind it. Nothing at all asks what there is. */
function typed(line: string): RequestBody {
  const [, name = '', rest = ''] = /^\s*\/?(\S*)\s*(.*)$/s.exec(line) ?? [];
  return { kind: 'typed', name: name === '' ? 'help' : name, rest };
}

function pressed({ actions, user, team, ...body }: Body): Incoming | null {
  const [action] = actions ?? [];
  const trigger = body.trigger_id ?? null;
  if (action === undefined || user === undefined || action.action_id.startsWith('link')) return null;
  const token = action.value ?? tokenOf(action.selected_option?.value ?? '');
  return {
    id: `${action.action_ts} ${trigger ?? ''}`,
    team: team?.id ?? user.team_id ?? '',
    user: user.id,
    at: instantOf(action.action_ts),
    asked: { kind: 'action', token },
    surface: surfaceOf(body),
    trigger,
  };
}

function surfaceOf({ container, view, response_url: respondAt }: Body): Surface {
  if (container?.type === 'view' && view?.type === 'modal' && view.callback_id === shownId)
    return { kind: 'modal', view: view.id };
  const { channel_id: channel, message_ts: message = null, thread_ts: thread = null } = container ?? {};
  if (channel === undefined) return { kind: 'none' };
  if (channel.startsWith('D') && container?.is_ephemeral !== true) return { kind: 'chat', channel, message, thread };
  if (respondAt === undefined) return { kind: 'none' };
  return { kind: 'channel', channel, respondAt, ownMessage: container?.is_ephemeral === true };
}

function submitted({ view, user, team, trigger_id: trigger }: Body): Incoming | null {
  if (view === undefined || user === undefined || view.callback_id !== formId) return null;
  const metadata = readMetadata(view.private_metadata);
  if (metadata === null) return null;
  const { token, step, answerAt } = metadata;
  return {
    // A form that stayed open is sent again, with the same hash.
    id: `${view.id} ${trigger ?? view.hash ?? ''}`,
    team: team?.id ?? user.team_id ?? '',
    user: user.id,
    at: null,
    asked: { kind: 'form', token, step, answers: answersIn(view.state.values) },
    surface: surfaceAt(answerAt),
    trigger: null,
  };
}

function surfaceAt({ respondAt, chat }: AnswerAt): Surface {
  if (chat !== null) return { kind: 'chat', channel: chat, message: null, thread: null };
  return respondAt === null ? { kind: 'none' } : { kind: 'channel', channel: '', respondAt, ownMessage: false };
}

/** Where the answer to a form that opens here will be looked for. */
export function answerAt(surface: Surface): AnswerAt {
  return {
    respondAt: surface.kind === 'channel' ? surface.respondAt : null,
    chat: surface.kind === 'chat' ? surface.channel : null,
  };
}

function shortcut({ callback_id: name = '', user, team, channel, ...body }: Body): Incoming | null {
  const asked = shortcuts[name.replace(/-message$/, '')];
  if (asked === undefined || user === undefined) return null;
  const { response_url: respondAt, trigger_id: trigger = null } = body;
  const inChannel = channel !== undefined && respondAt !== undefined;
  return {
    id: `${body.action_ts ?? ''} ${trigger ?? ''}`,
    team: team?.id ?? user.team_id ?? '',
    user: user.id,
    at: body.action_ts === undefined ? null : instantOf(body.action_ts),
    asked,
    surface: inChannel ? { kind: 'channel', channel: channel.id, respondAt, ownMessage: false } : { kind: 'none' },
    trigger,
  };
}

/** Words that someone wrote to the bot alone. What is written in a channel never comes here: that scope is not asked for. */
function written({ team_id: team = '', event_id: id = '' }: Body, event: MessageEvent): Incoming | null {
  const {
    type,
    subtype,
    bot_id: bot,
    channel_type: where,
    channel,
    user,
    text = '',
    ts = '',
    thread_ts: thread,
  } = event;
  const toBot = type === 'message' && where === 'im' && bot === undefined;
  if (!toBot || (subtype !== undefined && subtype !== 'file_share')) return null;
  if (channel === undefined || user === undefined) return null;
  const words = unescape(text);
  const command = /^\s*\/(?:handrail\s+)?(.*)$/s.exec(words)?.[1];
  return {
    id: id === '' ? ts : id,
    team,
    user,
    at: instantOf(ts),
    asked: command === undefined ? { kind: 'text', text: words } : typed(command),
    surface: { kind: 'chat', channel, message: null, thread: thread ?? null },
    trigger: null,
  };
}

/** An event that is no question: https://docs.slack.dev/reference/events */
export interface SlackEvent {
  /** The same when Slack tells of it again. */
  readonly id: string;
  readonly type: string;
  readonly team: string;
  readonly user: string;
}

/** Null where it is no event, and nothing of these. `tokens_revoked` counts where the bot's own is among them. */
export function eventOf(raw: object): SlackEvent | null {
  const { event, event_id: id = '', team_id: team = '' } = raw as Body;
  if (event === undefined) return null;
  const { type, user = '', tab, tokens } = event;
  const means =
    (type !== 'app_home_opened' || tab === 'home') && (type !== 'tokens_revoked' || (tokens?.bot ?? []).length > 0);
  return { id, type: means ? type : '', team, user };
}

/** What Slack says of a person. */
export interface Profile {
  readonly locale: string | null;
  readonly zone: ZoneId | null;
}

export function callerOf({ team, user }: Incoming, { locale, zone }: Profile): Caller {
  return {
    platform: 'slack',
    account: nameOf(team, user),
    community: team,
    locale,
    communityLocale: null,
    zone,
    claims: [],
  };
}

export function placeOf({ team, surface }: Incoming): Place {
  return surface.kind === 'channel' ? { kind: 'channel', channel: nameOf(team, surface.channel) } : { kind: 'private' };
}

/** Slack's times are seconds with their fraction: "1700000000.000100". */
function instantOf(ts: string): Temporal.Instant | null {
  const ms = Math.floor(Number(ts) * 1_000);
  return Number.isFinite(ms) && ms > 0 ? Temporal.Instant.fromEpochMilliseconds(ms) : null;
}
