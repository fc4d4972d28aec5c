import type { StoreReads } from '../../src/core/conversation/store.ts';
import type { Database } from '../../src/storage/database.ts';
import { processClock } from '../../src/storage/dialect/sql-clock.ts';
import { storesBy } from '../../src/storage/rooms.ts';
import { openKeyring } from '../../src/storage/sealing/keyring.ts';
import type { Keyring } from '../../src/storage/sealing/sealer.ts';
import { Sealers } from '../../src/storage/sealing/sealers.ts';
import type { RawDatabase } from './raw-database.ts';
import { flipOneBit, type SealedCell, sealedCells } from './sealed-cells.ts';
import { fillWithPeople, type SealedPeople } from './sealed-people.ts';
import { Known, opens, readers } from './sealed-readers.ts';
import { quietLog } from './storage.ts';

type Client = Awaited<ReturnType<Database['open']>>;
type Check = () => Promise<void>;

/** What somebody who can write to the database, and has no key, can do to what people said. */
export class SealedDatabase {
  readonly raw: RawDatabase;
  readonly keyring: Keyring;
  readonly people: SealedPeople;
  readonly cells: readonly SealedCell[];
  readonly #client: Client;
  readonly #known: Known;

  private constructor(raw: RawDatabase, client: Client, people: SealedPeople, cells: readonly SealedCell[]) {
    this.raw = raw;
    this.keyring = openKeyring(raw.secret);
    this.people = people;
    this.cells = cells;
    this.#client = client;
    this.#known = new Known(people, this.keyring);
  }

  static async open(newDatabase: () => Promise<RawDatabase>): Promise<SealedDatabase> {
    const raw = await newDatabase();
    const { store, close } = await raw.open();
    const client = await raw.database.open(quietLog);
    const people = await fillWithPeople(store, client, new Sealers(openKeyring(raw.secret)));
    await close();
    return new SealedDatabase(raw, client, people, await sealedCells(raw));
  }

  async close(): Promise<void> {
    await this.#client.$disconnect();
    await this.raw.close();
  }

  /** Through a key cache of their own, as the first reads after a start. */
  reads(): StoreReads {
    const sealers = new Sealers(this.keyring);
    const session = {
      db: this.#client,
      sealers,
      locks: false,
      skipsLocked: false,
      clock: processClock({ ms: 0 }),
      added: () => {},
      known: new Map(),
      insertMeetings: async () => {},
    };
    return storesBy((store) => store(session));
  }

  /** Can it be read? Any failure but 'unreadable' is thrown. */
  async opens({ table, column, ids }: SealedCell): Promise<boolean> {
    const reader = readers[`${table}.${column}`];
    if (reader === undefined) throw new Error(`Nothing reads ${table}.${column}`);
    return opens(reader(this.reads(), ids, this.#known));
  }

  /** The names of those that cannot be read. */
  async unreadable(cells = this.cells): Promise<readonly string[]> {
    const names: string[] = [];
    for (const cell of cells) if (!(await this.opens(cell))) names.push(cell.name);
    return names;
  }

  /** Whose it is: a member's id, or a community's. */
  ownerOf({ ids: { memberId, accountId, id = '' } }: SealedCell): string {
    const { amy, bob, amyElsewhere, deliveries } = this.people;
    const delivery = deliveries.find((one) => one.id === id);
    if (delivery !== undefined) return delivery.owner;
    const account = [amy, bob, amyElsewhere].find((one) => one.accountId === (accountId ?? id));
    return memberId ?? account?.memberId ?? id;
  }

  cellsOf(owner: string): readonly SealedCell[] {
    return this.cells.filter((cell) => this.ownerOf(cell) === owner);
  }

  async put({ table, column, row, ids }: SealedCell, sealed: Uint8Array): Promise<void> {
    const where = row.map((name, i) => `"${name}" = $${i + 2}`).join(' AND ');
    const key = row.map((name) => ids[name] ?? '');
    await this.raw.run(`UPDATE "${table}" SET "${column}" = $1 WHERE ${where}`, sealed, ...key);
  }

  /** One bit of each is another meanwhile. */
  async whileChanged(cells: readonly SealedCell[], check: Check): Promise<void> {
    for (const cell of cells) await this.put(cell, flipOneBit(cell.sealed));
    try {
      await check();
    } finally {
      for (const cell of cells) await this.put(cell, cell.sealed);
    }
  }

  /** Two rows are found by each other's look-up meanwhile. */
  async whileExchanged(table: 'Account' | 'Community', [one, other]: [string, string], check: Check): Promise<void> {
    const rows = await this.raw.rows(`SELECT "id", "lookup" FROM "${table}"`);
    const lookupOf = (id: string) => rows.find((row) => row['id'] === id)?.['lookup'] ?? '';
    const set = `UPDATE "${table}" SET "lookup" = $1 WHERE "id" = $2`;
    const give = async (toOne: string, toOther: string) => {
      // No two rows may have the same.
      await this.raw.run(set, 'for a moment', one);
      await this.raw.run(set, lookupOf(toOther), other);
      await this.raw.run(set, lookupOf(toOne), one);
    };
    await give(other, one);
    try {
      await check();
    } finally {
      await give(one, other);
    }
  }
}
