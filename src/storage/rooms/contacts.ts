import type { StoreWrites } from '../../core/conversation/store.ts';
import { type Contact, noRules } from '../../core/outbox/contact-store.ts';
import type { ClockTime } from '../../core/values/time.ts';
import type { Session } from '../database.ts';
import type { Contact as ContactRow } from '../generated/sqlite/client.ts';
import { toDate, toInstant } from '../instants.ts';
import { nothingExpires, nothingOfCommunities } from './room-data.ts';

export function contacts({ db }: Session): StoreWrites['contacts'] {
  return {
    async of(memberId) {
      const row = await db.contact.findUnique({ where: { memberId } });
      return row === null ? noRules : toContact(row);
    },

    async change(memberId, changed) {
      const data = columnsOf(changed);
      await db.contact.upsert({ where: { memberId }, create: { memberId, ...data }, update: data });
    },

    async *exportOf(memberId) {
      const row = await db.contact.findUnique({ where: { memberId } });
      if (row === null) return;
      const { memberId: _, lastAt, ...rules } = row;
      yield { table: 'Contact', rows: [{ ...rules, lastAt: lastAt?.toISOString() ?? null }] };
    },

    async erase(memberId) {
      await db.contact.deleteMany({ where: { memberId } });
    },

    /** The rules of `into` win, but the longer distance and the later message do too. */
    async join(from, into) {
      const gone = await db.contact.findUnique({ where: { memberId: from } });
      if (gone === null) return;
      const stays = await db.contact.findUnique({ where: { memberId: into } });
      const one = stays ?? gone;
      const { memberId: _, ...rules } = {
        ...one,
        everyDays: Math.max(one.everyDays, gone.everyDays),
        lastAt: [one.lastAt, gone.lastAt].reduce((a, b) => (a === null || (b !== null && b > a) ? b : a)),
      };
      await db.contact.deleteMany({ where: { memberId: from } });
      await db.contact.upsert({ where: { memberId: into }, create: { memberId: into, ...rules }, update: rules });
    },

    ...nothingOfCommunities,
    ...nothingExpires,
  };
}

function toContact({ quietFrom, quietUntil, urgentInQuiet, everyDays, lastAt }: ContactRow): Contact {
  const quiet =
    quietFrom === null || quietUntil === null ? null : { from: quietFrom as ClockTime, until: quietUntil as ClockTime };
  return {
    quiet,
    urgentInQuiet,
    everyDays,
    lastAt: lastAt === null ? null : toInstant(lastAt),
  };
}

function columnsOf({ quiet, lastAt, ...rules }: Partial<Contact>): Omit<Partial<ContactRow>, 'memberId'> {
  return {
    ...rules,
    ...(quiet !== undefined && { quietFrom: quiet?.from ?? null, quietUntil: quiet?.until ?? null }),
    ...(lastAt !== undefined && { lastAt: lastAt === null ? null : toDate(lastAt) }),
  };
}
