import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import type { StoreWrites } from '../../core/conversation/store.ts';
import type { SharedPlace } from '../../core/language/request.ts';
import type { Communities } from '../../core/members/community-store.ts';
import type { Community, CommunityHere } from '../../core/members/member.ts';
import type { AccountRef, CommunityId } from '../../core/values/ids.ts';
import type { Temporal, ZoneId } from '../../core/values/time.ts';
import type { Session } from '../database.ts';
import type { Community as CommunityRow } from '../generated/sqlite/client.ts';
import { toDate } from '../instants.ts';
import { confirmIdentity, openIdentity, sealIdentity } from '../sealing/identity.ts';
import { readable } from '../sealing/readable.ts';
import type { Cell, Sealer } from '../sealing/sealer.ts';
import { findAccount } from './accounts.ts';
import { nothingExpires, nothingOfMembers } from './room-data.ts';

/** How many identities are decrypted at a time, so that a network of thousands does not hold the event loop. */
const sliceLength = 250;

export function communities(session: Session): StoreWrites['communities'] {
  const { db, sealers } = session;

  async function confirmed(ref: AccountRef): Promise<{ row: CommunityRow; sealer: Sealer } | null> {
    const row = await db.community.findUnique({ where: { lookup: sealers.lookup('community', ref) } });
    if (row === null) return null;
    const sealer = sealers.from(row);
    confirmIdentity(sealer, 'Community', row, ref);
    return { row, sealer };
  }

  async function make(ref: AccountRef, settings: Settings, now: Temporal.Instant): Promise<Community> {
    const id = randomUUID();
    const { wrappedKey, sealer } = sealers.make(id);
    const named = { platform: ref.platform, lookup: sealers.lookup('community', ref) };
    const key = sealIdentity(sealer, 'Community', id, ref);
    const data = { id, ...named, key, wrappedKey, createdAt: toDate(now), ...sealed(id, sealer, settings) };
    return toCommunity(await db.community.create({ data }), sealer);
  }

  return {
    async find(ref) {
      const there = await confirmed(ref);
      return there === null ? null : toCommunity(there.row, there.sealer);
    },

    async present(platform) {
      const rows = await db.community.findMany({ where: { platform, leftAt: null } });
      const names: string[] = [];
      for (const [i, row] of rows.entries()) {
        if (i % sliceLength === sliceLength - 1) await setImmediate();
        const name = readable(() => openIdentity(sealers.inPassing(row), 'Community', row));
        if (name !== null) names.push(name);
      }
      return names;
    },

    async lastOf(ref) {
      const found = await findAccount(session, ref);
      const id = found?.account.community?.id;
      const row = id === undefined ? null : await db.community.findUnique({ where: { id } });
      return row === null ? null : openIdentity(sealers.from(row), 'Community', row);
    },

    async change(ref, settings, now) {
      const there = await confirmed(ref);
      if (there === null) return make(ref, settings, now);
      const { row, sealer } = there;
      const data = sealed(row.id, sealer, settings);
      return toCommunity(await db.community.update({ where: { id: row.id }, data }), sealer);
    },

    async arrive(ref, locale, now) {
      const there = await confirmed(ref);
      if (there?.row.leftAt === null) return null;
      if (there !== null) {
        const { count } = await db.community.updateMany({
          where: { id: there.row.id },
          data: { leftAt: null, ...(locale !== null && { locale }) },
        });
        if (count > 0) return null;
        // The row was deleted after it had been found.
      }
      return (await make(ref, { locale }, now)).id;
    },

    async leave(ref, now) {
      const there = await confirmed(ref);
      if (there === null) return;
      await db.community.updateMany({ where: { id: there.row.id, leftAt: null }, data: { leftAt: toDate(now) } });
    },

    async move(ref, to) {
      const there = await confirmed(ref);
      if (there === null) return;
      const named = { ...ref, key: to };
      const lookup = sealers.lookup('community', named);
      await db.community.deleteMany({ where: { lookup, id: { not: there.row.id } } });
      const { row, sealer } = there;
      const key = sealIdentity(sealer, 'Community', row.id, named);
      const places = sealed(row.id, sealer, moved(toCommunity(row, sealer), ref.key, to));
      await db.community.update({ where: { id: row.id }, data: { lookup, key, leftAt: null, ...places } });
    },

    async leftBefore(instant, limit) {
      const where = { leftAt: { lt: toDate(instant) } };
      const rows = await db.community.findMany({ where, take: limit, select: { id: true } });
      return rows.map(({ id }) => id as CommunityId);
    },

    async eraseCommunity(id) {
      await db.community.deleteMany({ where: { id } });
    },

    ...nothingOfMembers,
    ...nothingExpires,
  };
}

type Settings = Parameters<Communities['change']>[1];

function sealed(id: string, sealer: Sealer, { moderators, checkInPlace, alertPlace, ...settings }: Settings) {
  const seal = (column: SealedColumn, value: string | null) =>
    value === null ? null : sealer.seal(cellOf(column, id), value);
  return {
    ...settings,
    ...(moderators !== undefined && { moderators: seal('moderators', moderators) }),
    ...(checkInPlace !== undefined && { checkInPlace: seal('checkInPlace', toJson(checkInPlace)) }),
    ...(alertPlace !== undefined && { alertPlace: seal('alertPlace', toJson(alertPlace)) }),
  };
}

/** The places in the community's own chat, under its new name. */
function moved({ checkInPlace, alertPlace }: Community, from: string, to: string): Settings {
  const follow = (place: SharedPlace | null) => (place?.channel === from ? { ...place, channel: to } : place);
  return { checkInPlace: follow(checkInPlace), alertPlace: follow(alertPlace) };
}

function toCommunity(row: CommunityRow, sealer: Sealer): Community {
  const open = (column: 'checkInPlace' | 'alertPlace') => {
    const { [column]: value } = row;
    return value === null ? null : storedPlace.parse(JSON.parse(sealer.open(cellOf(column, row.id), value)));
  };
  return { ...toCommunityHere(row, sealer), checkInPlace: open('checkInPlace'), alertPlace: open('alertPlace') };
}

type HereColumns = Pick<CommunityRow, 'id' | 'zone' | 'country' | 'locale' | 'moderators'>;

export function toCommunityHere({ id, zone, country, locale, moderators }: HereColumns, sealer: Sealer): CommunityHere {
  return {
    id: id as CommunityId,
    zone: zone as ZoneId | null,
    country,
    locale,
    moderators: moderators === null ? null : sealer.open(cellOf('moderators', id), moderators),
  };
}

type SealedColumn = 'moderators' | 'checkInPlace' | 'alertPlace';

function cellOf(column: SealedColumn, row: string): Cell {
  return { table: 'Community', column, row };
}

const storedPlace: z.ZodType<SharedPlace> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('channel'), channel: z.string() }),
  z.strictObject({ kind: z.literal('thread'), channel: z.string(), thread: z.string() }),
]);

function toJson(place: SharedPlace | null): string | null {
  return place === null ? null : JSON.stringify(place);
}
