import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RawDatabase } from './raw-database.ts';

// The cells that are sealed: every column of bytes that the schema has.

interface Column {
  readonly table: string;
  readonly column: string;
  /** The columns that name a row. */
  readonly row: readonly string[];
}

export interface SealedCell extends Column {
  readonly name: string;
  /** What stands in the columns that name its row. */
  readonly ids: Readonly<Record<string, string>>;
  readonly sealed: Uint8Array;
}

export const schema = readFileSync(new URL('../../prisma/schema.prisma', import.meta.url), 'utf8');

export const sealedColumns: readonly Column[] = [...schema.matchAll(/^model (\w+) \{\n(.*?)^\}/gms)].flatMap(
  ([, table = '', body = '']) => {
    const [, many] = /@@id\(\[(.+?)\]\)/.exec(body) ?? [];
    const [, one = ''] = /^\s+(\w+)\s.*@id\b/m.exec(body) ?? [];
    const columns = [...body.matchAll(/^\s+(\w+)\s+Bytes\b/gm)].map(([, column = '']) => column);
    return columns.map((column) => ({ table, column, row: many?.split(/,\s*/) ?? [one] }));
  },
);

export async function sealedCells({ rows }: RawDatabase): Promise<readonly SealedCell[]> {
  const cells: SealedCell[] = [];
  for (const { table, column, row } of sealedColumns) {
    const names = [...row, column].map((name) => `"${name}"`).join(', ');
    for (const found of await rows(`SELECT ${names} FROM "${table}" WHERE "${column}" IS NOT NULL`)) {
      const ids = Object.fromEntries(row.map((name) => [name, String(found[name])]));
      const name = `${table}.${column} of ${Object.values(ids).join(' ')}`;
      cells.push({ table, column, row, name, ids, sealed: found[column] as Uint8Array });
    }
  }
  return cells;
}

export function flipOneBit(sealed: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(sealed);
  const bit = randomInt(sealed.length * 8);
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
}
