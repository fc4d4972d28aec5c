import type { Temporal, ZoneId } from '../values/time.ts';

/** Who asks something of the bot, where and when, as a platform's adapter hands it in. Nothing in it is trusted. */
export interface Request {
  /** The platform's own identifier of this update. When it comes again, it gets the same answer. */
  readonly id: string;
  readonly caller: Caller;
  readonly place: Place;
  /** When it was asked. A platform that tells it late still gets the day right. */
  readonly at: Temporal.Instant;
}

export interface Caller {
  readonly platform: string;
  /** The platform's own identifier of the person. */
  readonly account: string;
  /** The platform's own identifier of the community that they ask from; null in a private chat. */
  readonly community: string | null;
  /** BCP 47, as the platform tells it; null where it does not. */
  readonly locale: string | null;
  /** The same of the community. */
  readonly communityLocale: string | null;
  /** The person's zone, where the platform tells it (Slack does). */
  readonly zone: ZoneId | null;
  /** What the platform said of this person in this very request (roles, permissions). Only its adapter reads it. */
  readonly claims: readonly string[];
}

export type Place =
  | { readonly kind: 'private' }
  | { readonly kind: 'channel'; readonly channel: string }
  | { readonly kind: 'thread'; readonly channel: string; readonly thread: string };

/** What they ask. */
export type RequestBody =
  | {
      readonly kind: 'command';
      readonly name: string;
      /** The command behind it, where it has some. */
      readonly subcommand?: string;
      readonly options: Readonly<Record<string, unknown>>;
    }
  /** A command as a line of text, where a platform has no options of its own: what stands behind the name. */
  | {
      readonly kind: 'typed';
      readonly name: string;
      readonly rest: string;
      /** It came by an address that anyone may have written. */
      readonly byLink?: true;
    }
  | { readonly kind: 'action'; readonly token: string }
  /** A button's token in an address that anyone may have written: it changes nothing by itself. */
  | { readonly kind: 'link'; readonly token: string }
  | {
      readonly kind: 'form';
      readonly token: string;
      readonly step: number;
      readonly answers: Readonly<Record<string, unknown>>;
    }
  /** Words that are no command, written to the bot alone. */
  | { readonly kind: 'text'; readonly text: string }
  /** A picture, a voice message, a sticker: the bot reads words alone. */
  | { readonly kind: 'wordless' };
