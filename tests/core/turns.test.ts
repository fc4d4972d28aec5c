import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Turns } from '../../src/core/adapter-kit/turns.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = new AbortController().signal;

/** Which of them have had their turn, and when, in milliseconds from now. */
function record() {
  const had: [who: string, afterMs: number][] = [];
  const begun = performance.now();
  const note = (who: string) => () => had.push([who, performance.now() - begun]);
  return { had, note };
}

it('turns of one name come in order and five seconds apart, whoever has turns of another', async () => {
  const turns = new Turns();
  const { had, note } = record();
  for (const who of ['first', 'second', 'third']) void turns.take('one', 5_000, never).then(note(who));
  for (const who of ['fourth', 'fifth']) void turns.take('other', 5_000, never).then(note(who));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(had).toEqual([
    ['first', 0],
    ['fourth', 0],
    ['second', 5_000],
    ['fifth', 5_000],
    ['third', 10_000],
  ]);
});

it('nobody waits where the last turn was long ago', async () => {
  const turns = new Turns();
  await turns.take('one', 5_000, never);
  await vi.advanceTimersByTimeAsync(5_000);
  const { had, note } = record();
  await turns.take('one', 5_000, never).then(note('again'));
  expect(had).toEqual([['again', 0]]);
});

it('who no longer wants a turn is told at once, and holds up nobody', async () => {
  const turns = new Turns();
  const { had, note } = record();
  await turns.take('one', 5_000, never);
  const leaving = new AbortController();
  const told = turns.take('one', 5_000, leaving.signal).catch((reason: unknown) => reason);
  void turns.take('one', 5_000, never).then(note('who waits'));
  const reason = new Error('The shard closed');
  leaving.abort(reason);
  expect(await told).toBe(reason);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(had).toEqual([['who waits', 5_000]]);
});
