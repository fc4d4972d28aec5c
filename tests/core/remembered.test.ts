import { expect, it } from 'vitest';
import { remembered } from '../../src/core/values/remembered.ts';

it('finds an answer once, and forgets the one that was asked for longest ago where there are too many', () => {
  const answer = remembered<{ readonly found: string }>(2);
  const found: string[] = [];
  const ask = (key: string) =>
    answer(key, () => {
      found.push(key);
      return { found: key };
    });
  expect([ask('a'), ask('a'), ask('b'), ask('a')].map((each) => each.found)).toEqual(['a', 'a', 'b', 'a']);
  expect(found).toEqual(['a', 'b']);
  ask('c');
  ask('a');
  expect(found).toEqual(['a', 'b', 'c']);
  ask('b');
  expect(found).toEqual(['a', 'b', 'c', 'b']);
});
