import { HandrailError } from '../core/errors.ts';
import type { Cell, Keyring, Sealer } from '../core/ports.ts';
import type { Db } from './database.ts';

/** How many owners' keys are kept unwrapped, so that those who are active cost one look-up each. */
const atHandMax = 1_000;

/** The keyring, with the keys of those who were last active at hand. */
export class Sealers {
  readonly #keyring: Keyring;
  readonly #atHand = new Map<string, Sealer>();

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  lookup(kind: 'account' | 'community' | 'request', ...parts: readonly string[]): string {
    return this.#keyring.lookup(kind, ...parts);
  }

  /** A new owner's key: what is kept of it, and what seals with it. */
  make(owner: string): { wrappedKey: Uint8Array<ArrayBuffer>; sealer: Sealer } {
    const wrappedKey = this.#keyring.newKey(owner);
    return { wrappedKey, sealer: this.#keyring.sealer(owner, wrappedKey) };
  }

  /** @throws HandrailError('unreadable') where it is not this owner's key */
  from({ id, wrappedKey }: { readonly id: string; readonly wrappedKey: Uint8Array }): Sealer {
    const sealer = this.#atHand.get(id) ?? this.#keyring.sealer(id, wrappedKey);
    this.#atHand.delete(id);
    this.#atHand.set(id, sealer);
    const [oldest] = this.#atHand.keys();
    if (oldest !== undefined && this.#atHand.size > atHandMax) this.#atHand.delete(oldest);
    return sealer;
  }

  async ofMember(db: Db, id: string): Promise<Sealer> {
    const atHand = this.#atHand.get(id);
    if (atHand !== undefined) return atHand;
    return this.from(await db.member.findUniqueOrThrow({ where: { id }, select: { id: true, wrappedKey: true } }));
  }
}

/** The row that was found holds what was looked for: else somebody gave it another one's look-up key. */
export function confirm(sealer: Sealer, cell: Cell, sealed: Uint8Array, expected: string): void {
  if (sealer.open(cell, sealed) === expected) return;
  throw new HandrailError('unreadable', `A row of ${cell.table} is found by what is not its own.`);
}
