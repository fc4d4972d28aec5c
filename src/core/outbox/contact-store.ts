import type { MemberId } from '../values/ids.ts';
import type { ClockTime, Temporal } from '../values/time.ts';

/** How a member may be written to unasked. */
export interface Contact {
  /** Wall-clock times in the member's zone; from may lie after until, over midnight. null: no quiet hours. */
  readonly quiet: { readonly from: ClockTime; readonly until: ClockTime } | null;
  /** Whether urgent messages may come in quiet hours. */
  readonly urgentInQuiet: boolean;
  /** At most one message in so many days. */
  readonly everyDays: number;
  /** When the last one was sent. */
  readonly lastAt: Temporal.Instant | null;
}

interface ContactsRead {
  /** A member who said nothing about it has the defaults: `noRules`. */
  of(member: MemberId): Promise<Contact>;
}

interface Contacts extends ContactsRead {
  change(member: MemberId, changed: Partial<Contact>): Promise<void>;
}

export const noRules: Contact = { quiet: null, urgentInQuiet: false, everyDays: 1, lastAt: null };

declare module '../conversation/store.ts' {
  interface Rooms {
    contacts: { read: ContactsRead; write: Contacts };
  }
}
