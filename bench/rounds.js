import { spread } from './machine.js';

/** Does `work` on each of `items`, so many at once: the next begins when one is done. Gives how long each and all took. */
export async function timed(items, atOnce, work) {
  const eachMs = [];
  const waiting = items.values();
  const worker = async () => {
    for (const item of waiting) {
      const began = performance.now();
      await work(item);
      eachMs.push(performance.now() - began);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { eachMs, allMs: performance.now() - began };
}

/** How many check-ins one contender makes before it is the next one's turn. */
const turnLength = 75;

/** One round. The other way round every other turn: so what else the machine does falls on all alike. */
export async function byTurns(seats, items, play) {
  const parts = new Map(seats.map((seat) => [seat, []]));
  const order = [...seats];
  for (let from = 0; from < items.length; from += turnLength) {
    const some = items.slice(from, from + turnLength);
    for (const seat of order) parts.get(seat).push(await play(seat, some));
    order.reverse();
  }
  for (const [{ rounds }, all] of parts) rounds.push(round(all));
}

/** The figures of one round from its parts. */
function round(parts) {
  const eachMs = parts.flatMap(({ eachMs }) => eachMs).sort((a, b) => a - b);
  const allMs = parts.reduce((sum, { allMs }) => sum + allMs, 0);
  return { perSecond: (1_000 * eachMs.length) / allMs, p50Ms: share(eachMs, 0.5), p99Ms: share(eachMs, 0.99) };
}

/** The smallest of the values that so many of all do not exceed. */
export function share(sorted, part) {
  return sorted[Math.ceil(sorted.length * part) - 1];
}

export function cells(rounds) {
  const of = (figure, unit, digits) =>
    spread(
      rounds.map((seen) => seen[figure]),
      unit,
      digits,
    ).text;
  return [of('perSecond', '/s', 0), of('p50Ms', 'ms', 1), of('p99Ms', 'ms', 1)];
}

export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) => row.map((text, column) => text.padEnd(widths[column])).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}
