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

/** The figures of one round from its parts. */
export function round(parts) {
  const eachMs = parts.flatMap(({ eachMs }) => eachMs).sort((a, b) => a - b);
  const allMs = parts.reduce((sum, { allMs }) => sum + allMs, 0);
  return { perSecond: (1_000 * eachMs.length) / allMs, p50Ms: share(eachMs, 0.5), p99Ms: share(eachMs, 0.99) };
}

/** The smallest of the values that so many of all do not exceed. */
function share(sorted, part) {
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
