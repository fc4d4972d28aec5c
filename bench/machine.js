import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** What a figure was measured on: without it the figure says nothing. */
export function machine() {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const [cpu] = cpus();
  return `${new Date().toISOString().slice(0, 10)}, Handrail ${version}, Node ${process.version}, ${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
}

/** The middle of the values, with the smallest and the largest. */
export function spread(values, unit, digits = 1) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  return {
    middle,
    text: `${middle.toFixed(digits)} ${unit} (${sorted[0].toFixed(digits)} to ${sorted.at(-1).toFixed(digits)}, n = ${values.length})`,
  };
}
