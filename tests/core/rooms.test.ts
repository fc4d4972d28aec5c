import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { definitionsOver, rooms, storeNames } from '../../src/core/rooms.ts';
import { storesBy } from '../../src/storage/rooms.ts';
import { content } from '../support/world.ts';

const tables = () =>
  [...readFileSync('prisma/schema.prisma', 'utf8').matchAll(/^model (\w+)/gm)]
    .map(([, name = '']) => name)
    // Nobody's: it tells the master key from any other.
    .filter((name) => name !== 'KeyCheck');

/** What is wrong with who answers for which table. */
function unanswered(
  keeps: readonly { readonly [store: string]: readonly string[] }[],
  all: readonly string[],
): string[] {
  const named = keeps.flatMap((one) => Object.values(one).flat());
  return [
    ...all.filter((table) => !named.includes(table)).map((table) => `no room answers for ${table}`),
    ...named.filter((table, i) => named.indexOf(table) !== i).map((table) => `two rooms answer for ${table}`),
    ...named.filter((table) => !all.includes(table)).map((table) => `there is no table ${table}`),
  ];
}

describe('every table', () => {
  const keeps = rooms.map((room) => room.keeps as { readonly [store: string]: readonly string[] });

  it('is answered for by one room, so that nothing of a member is forgotten when they leave', () => {
    expect(tables().length).toBeGreaterThan(10);
    expect(unanswered(keeps, tables())).toEqual([]);
  });

  it('would be missed if no room named it, or two did', () => {
    expect(unanswered(keeps, [...tables(), 'Plan'])).toEqual(['no room answers for Plan']);
    expect(unanswered([...keeps, { plans: ['CheckIn'] }], tables())).toEqual(['two rooms answer for CheckIn']);
    expect(unanswered([...keeps, { plans: ['Plan'] }], tables())).toEqual(['there is no table Plan']);
  });
});

it('every store belongs to one room, and the members come last, because they take the member with them', () => {
  const kept = Object.keys(storesBy(() => ({}) as never));
  expect(storeNames.toSorted()).toEqual(kept.sort());
  expect(storeNames.at(-1)).toBe('members');
});

it('every button of a room is answered, by one room', async () => {
  const answered = definitionsOver(content).actions.map(({ route }) => route);
  expect(new Set(answered).size).toBe(answered.length);
  const shown: string[] = [];
  const files = readdirSync('src/core', { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((path) => /^\w+\/buttons\.ts$/.test(path))) {
    const exported = (await import(`../../src/core/${file}`)) as Record<string, unknown>;
    for (const kind of Object.values(exported)) {
      if (kind instanceof Object && 'route' in kind) shown.push(String(kind.route));
    }
  }
  expect(shown.sort()).toEqual(answered.toSorted());
});
