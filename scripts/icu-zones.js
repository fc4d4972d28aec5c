/**
 * Puts what a compiled zone says from `since` on (seconds) into ICU's source of zones, zoneinfo64.txt. What ICU has
 * before that instant stays.
 */
export function withChanges(source, zone, { changes, footer }, since) {
  const table = new RegExp(`  /\\* ${zone} \\*/ :table \\{\\n([\\s\\S]*?)\\n  \\} //Z#`).exec(source);
  if (table === null) throw new Error(`${zone} is no zone of its own in zoneinfo64.txt.`);
  const body = table[1];
  const rule = /finalRule \{[^}]*\}\n\s*finalRaw:int \{[^}]*\}/.exec(body)?.[0];
  if (footer.includes(',') && rule === undefined)
    throw new Error(`${zone} now changes its clocks every year (${footer}): it needs a rule in zoneinfo64.txt.`);

  const from = Math.min(since, ruleBegins(body));
  const types = pairs(numbers(body, 'typeOffsets'));
  const early = numbers(body, 'transPre32').length / 2;
  const kept = numbers(body, 'trans').filter((at) => at < from);
  const map = typeMap(body).slice(0, early + kept.length);
  const added = [];
  for (const change of changes) {
    // Where only the name changes ("PDT" to "MST" in Vancouver), ICU's own name for the offset stays.
    if (change.at < from || change.offset === total(types[map.at(-1) ?? 0])) continue;
    added.push(change.at);
    map.push(typeOf(types, change));
  }

  const lines = [
    /transPre32:intvector \{[^}]*\}/.exec(body)?.[0],
    `trans:intvector { ${[...kept, ...added].join(', ')} }`,
    `typeOffsets:intvector { ${types.flat().join(', ')} }`,
    `typeMap:bin { "${Buffer.from(map).toString('hex')}" }`,
    footer.includes(',') ? `${rule}\n    finalYear:int { 2038 }` : undefined,
    /links:intvector \{[^}]*\}/.exec(body)?.[0],
  ].filter((line) => line !== undefined);
  return source.replace(body, lines.map((line) => `    ${line}`).join('\n'));
}

/** The instant from which a rule holds instead of single changes. */
function ruleBegins(body) {
  const year = /finalYear:int \{ (\d+) \}/.exec(body)?.[1];
  return year === undefined ? Infinity : Date.UTC(Number(year), 0, 1) / 1000;
}

/** The index of the standard offset and saving that make up this offset; a new one where ICU has none. */
function typeOf(types, { offset, dst }) {
  const same = types.map((type, i) => ({ type, i })).filter(({ type }) => total(type) === offset);
  const fits = same.find(({ type }) => (type[1] !== 0) === dst) ?? same[0];
  if (fits !== undefined) return fits.i;
  return types.push(dst ? [offset - 3600, 3600] : [offset, 0]) - 1;
}

const total = ([standard, saving]) => standard + saving;
const pairs = (flat) => flat.flatMap((_, i) => (i % 2 === 0 ? [flat.slice(i, i + 2)] : []));

function numbers(body, name) {
  const list = new RegExp(`\\b${name}:intvector \\{([^}]*)\\}`).exec(body)?.[1];
  return list === undefined ? [] : list.split(',').map(Number);
}

function typeMap(body) {
  return [...Buffer.from(/typeMap:bin \{ "([0-9a-f]*)" \}/.exec(body)?.[1] ?? '', 'hex')];
}
