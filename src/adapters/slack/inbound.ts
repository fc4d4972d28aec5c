import type { Caller, Place, RequestBody } from '../../core/language/request.ts';
import { Temporal, type ZoneId } from '../../core/values/time.ts';
import { type AnswerAt, answersIn, formId, readMetadata, shownId } from './modal.ts';
import { nameOf } from './names.ts';
import { tokenOf } from './render.ts';
import { unescape } from './rich-text.ts';

/** What a person did, from a request of Slack's: https://docs.slack.dev/interactivity/handling-user-interaction */
export interface Incoming {
  /** The same when Slack sends it again. */
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
  /** In a channel: a private answer is ephemeral, and vanishes on reload. */
  | {
      readonly kind: 'channel';
      readonly channel: string;
      readonly respondAt: string;
      /** Is the message with the button ephemeral? */
      readonly ownMessage: boolean;
    }
  /** In the DM channel. `message`: the one with the button. */
  | { readonly kind: 'chat'; readonly channel: string; readonly message: string | null; readonly thread: string | null }
  /** In a modal that shows an answer. */
  | { readonly kind: 'modal'; readonly view: string }
  /** Nowhere: a shortcut, the App Home, or a form that was opened there. */
  | { readonly kind: 'none' };

/** The requests of the shortcuts. */
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

/** Null for a request without an answer: an opened link, a bot's message, an unknown type. */
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
  return { id: trigger ?? respondAt, team, user, at: null, asked: typed(unescape(text, team)), surface, trigger };
}

/** Slack does not say whose DM channel it is: one between two people looks like the one with the bot. */
export function mayBeChat({ surface }: Incoming): boolean {
  return surface.kind === 'channel' && surface.channel.startsWith('D') && !surface.ownMessage;
}

/** The same request, in the DM channel with the bot. */
export function inChat(incoming: Incoming, channel: string): Incoming {
  return { ...incoming, surface: { kind: 'chat', channel, message: null, thread: null } };
}

/** Parses a command and its arguments: "checkin mood:4" or "/checkin mood:4". Empty text means help. */
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
  const teamId = team?.id ?? user.team_id ?? '';
  return {
    // A form that stayed open is submitted again with the same hash, so the ID prefers the trigger.
    id: `${view.id} ${trigger ?? view.hash ?? ''}`,
    team: teamId,
    user: user.id,
    at: null,
    asked: { kind: 'form', token, step, answers: answersIn(view.state.values, teamId) },
    surface: surfaceAt(answerAt),
    trigger: null,
  };
}

function surfaceAt({ respondAt, chat }: AnswerAt): Surface {
  if (chat !== null) return { kind: 'chat', channel: chat, message: null, thread: null };
  return respondAt === null ? { kind: 'none' } : { kind: 'channel', channel: '', respondAt, ownMessage: false };
}

/** Where to show the answer to a form that opens here. */
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

/**
 * Accepts only direct messages to the bot. Channel messages never arrive, because the bot does not request that scope.
 */
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
  const words = unescape(text, team);
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

/** An event that is not a request: https://docs.slack.dev/reference/events */
export interface SlackEvent {
  /** The same when Slack sends it again. */
  readonly id: string;
  readonly type: string;
  readonly team: string;
  readonly user: string;
}

/**
 * Null if it is not an event. `type` is empty for `app_home_opened` on any tab but Home, and for `tokens_revoked`
 * without the bot's token.
 */
export function eventOf(raw: object): SlackEvent | null {
  const { event, event_id: id = '', team_id: team = '' } = raw as Body;
  if (event === undefined) return null;
  const { type, user = '', tab, tokens } = event;
  const means =
    (type !== 'app_home_opened' || tab === 'home') && (type !== 'tokens_revoked' || (tokens?.bot ?? []).length > 0);
  return { id, type: means ? type : '', team, user };
}

/** What Slack knows about a person. */
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

/** Slack's timestamps are seconds with a fraction: "1700000000.000100". */
function instantOf(ts: string): Temporal.Instant | null {
  const ms = Math.floor(Number(ts) * 1_000);
  return Number.isFinite(ms) && ms > 0 ? Temporal.Instant.fromEpochMilliseconds(ms) : null;
}
