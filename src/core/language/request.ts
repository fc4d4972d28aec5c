import type { Temporal, ZoneId } from '../values/time.ts';

/** Who asks, where and when, as a platform's adapter passes it. Nothing in it is trusted. */
export interface Request {
  /** The platform's identifier of this update: the idempotency key, so that a repeat gets the same answer. */
  readonly id: string;
  readonly caller: Caller;
  readonly place: Place;
  /** When it was asked, so that a late delivery by the platform still gets the right day. */
  readonly at: Temporal.Instant;
}

export interface Caller {
  readonly platform: string;
  /** The platform's identifier of the person. */
  readonly account: string;
  /** The platform's identifier of the community that they ask from; null in a private chat. */
  readonly community: string | null;
  /** BCP 47, as the platform says it; null if it does not. */
  readonly locale: string | null;
  /** The community's locale, likewise. */
  readonly communityLocale: string | null;
  /** The person's zone, if the platform says it (Slack does). */
  readonly zone: ZoneId | null;
  /** What the platform said about this person in this request (roles, permissions). Only its adapter reads it. */
  readonly claims: readonly string[];
}

export type Place =
  | { readonly kind: 'private' }
  | { readonly kind: 'channel'; readonly channel: string }
  | { readonly kind: 'thread'; readonly channel: string; readonly thread: string };

/** A place that others read too. */
export type SharedPlace = Exclude<Place, { kind: 'private' }>;

/** What they ask. */
export type RequestBody =
  | {
      readonly kind: 'command';
      readonly name: string;
      /** The subcommand, if there are any. */
      readonly subcommand?: string;
      readonly options: Readonly<Record<string, unknown>>;
    }
  /** A command as a line of text, for a platform without options: `rest` is the text after the name. */
  | {
      readonly kind: 'typed';
      readonly name: string;
      readonly rest: string;
      /** It came from a link, which anyone may have written. */
      readonly byLink?: true;
    }
  | { readonly kind: 'action'; readonly token: string }
  /** A button's token in a link. It changes nothing by itself, because anyone may have written the link. */
  | { readonly kind: 'link'; readonly token: string }
  | {
      readonly kind: 'form';
      readonly token: string;
      readonly step: number;
      readonly answers: Readonly<Record<string, unknown>>;
    }
  /** Text that is not a command, in a private message to the bot. */
  | { readonly kind: 'text'; readonly text: string }
  /** A picture, a voice message or a sticker, because the bot reads only words. */
  | { readonly kind: 'wordless' };
