import { HandrailError } from '../../core/values/errors.ts';
import type { AccountRef } from '../../core/values/ids.ts';
import type { Cell, Sealer } from './sealer.ts';

/** Encrypts the platform's identifier of an account or community, for its row. */
export function sealIdentity(sealer: Sealer, table: IdentityTable, row: string, ref: AccountRef) {
  return sealer.seal(cell(table, row), identity(ref));
}

/**
 * Checks that the found row is the requested one, because someone may have given it another row's look-up.
 * @throws HandrailError('unreadable')
 */
export function confirmIdentity(
  sealer: Sealer,
  table: IdentityTable,
  { id, key }: { readonly id: string; readonly key: Uint8Array },
  ref: AccountRef,
): void {
  if (sealer.open(cell(table, id), key) === identity(ref)) return;
  throw new HandrailError('unreadable', `A row of ${table} is found by what is not its own.`);
}

/**
 * Returns the platform's identifier, if only the row is known.
 * @throws HandrailError('unreadable') if the row belongs to another platform, or was changed
 */
export function openIdentity(
  sealer: Sealer,
  table: IdentityTable,
  { id, key, platform }: { readonly id: string; readonly key: Uint8Array; readonly platform: string },
): string {
  const [its, name] = JSON.parse(sealer.open(cell(table, id), key)) as [platform: string, key: string];
  if (its === platform) return name;
  throw new HandrailError('unreadable', `A row of ${table} is given to a platform that is not its own.`);
}

type IdentityTable = 'Account' | 'Community' | 'PlatformState';

function cell(table: IdentityTable, row: string): Cell {
  return { table, column: 'key', row };
}

function identity({ platform, key }: AccountRef): string {
  return JSON.stringify([platform, key]);
}
