import { readFileSync } from 'node:fs';

/**
 * Reads a compiled time zone (RFC 9636) in its 64-bit form, to 2037: Debian's files have every change up to there.
 * `changes` are sorted; before the first one `first` holds. Instants and offsets are in seconds.
 */
export function readTzif(path) {
  const file = readFileSync(path);
  const counts = (at) => Array.from({ length: 6 }, (_, i) => file.readUInt32BE(at + 20 + 4 * i));
  const size = ([utc, standard, leaps, times, types, letters], timeBytes) =>
    times * (timeBytes + 1) + types * 6 + letters + leaps * (timeBytes + 4) + standard + utc;
  const headerBytes = 44;
  // The 32-bit form comes first and says the same.
  const header = headerBytes + size(counts(0), 4);
  const body = header + headerBytes;
  const [times, types] = counts(header).slice(3, 5);
  const type = (i) => {
    const at = body + times * 9 + i * 6;
    return { offset: file.readInt32BE(at), dst: file[at + 4] === 1 };
  };
  const changes = Array.from({ length: times }, (_, i) => ({
    at: Number(file.readBigInt64BE(body + i * 8)),
    ...type(file[body + times * 8 + i]),
  }));
  if (types === 0) throw new Error(`${path} is no compiled time zone.`);
  const footer = file
    .subarray(body + size(counts(header), 8))
    .toString()
    .trim();
  return { first: type(0), changes, footer };
}

export function offsetAt({ first, changes }, at) {
  return (changes.findLast((change) => change.at <= at) ?? first).offset;
}
