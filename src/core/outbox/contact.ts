import type { Account, Pause } from '../members/member.ts';
import { memberDay } from '../members/member-day.ts';
import { zoneOfAccount } from '../members/person.ts';
import { type ClockTime, epochDay, type Temporal } from '../values/time.ts';
import type { Contact } from './contact-store.ts';

/** Why a member is not written to now. */
export type NoContact = 'closed-chat' | 'quiet-hours' | 'paused' | 'less-often';

interface About {
  readonly account: Account;
  readonly contact: Contact;
  readonly pauses: readonly Pause[];
  readonly urgent: boolean;
  readonly now: Temporal.Instant;
}

/**
 * The one rule for everything that a member gets without having asked for it. Returns null if it may be sent.
 * A closed chat ends everything. Quiet hours end even urgent messages, unless the member allowed those. Pauses and "less
 * often" end what is not urgent: at most one message in so many of the member's days.
 */
export function noContact({ account, contact, pauses, urgent, now }: About): NoContact | null {
  if (account.chat !== 'open') return 'closed-chat';
  const { member } = account;
  const zone = zoneOfAccount(account);
  if (isQuiet(contact.quiet, now.toZonedDateTimeISO(zone)) && !(urgent && contact.urgentInQuiet)) return 'quiet-hours';
  if (urgent) return null;
  const today = memberDay(now, zone, member.dayEndsAt);
  if (pauses.some(({ from, until }) => from <= today && (until === null || today <= until))) return 'paused';
  if (contact.lastAt === null) return null;
  const daysSince = epochDay(today) - epochDay(memberDay(contact.lastAt, zone, member.dayEndsAt));
  return daysSince < contact.everyDays ? 'less-often' : null;
}

/** `until` is not quiet any more. Equal times mean the whole day. */
function isQuiet(quiet: Contact['quiet'], local: Temporal.ZonedDateTime): boolean {
  if (quiet === null) return false;
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' }) as ClockTime;
  const { from, until } = quiet;
  return from < until ? from <= time && time < until : time >= from || time < until;
}
