import { createHash, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HandrailError } from '../../src/core/values/errors.ts';
import { openKeyring } from '../../src/storage/sealing/keyring.ts';
import type { Cell } from '../../src/storage/sealing/sealer.ts';
import { Sealers } from '../../src/storage/sealing/sealers.ts';

const secret = randomBytes(32);
const keyring = openKeyring(secret);
const amyKey = keyring.newKey('amy');
const amy = keyring.sealer('amy', amyKey);
const note: Cell = { table: 'CheckIn', column: 'details', row: '2026-03-01' };

/** Any text that a platform can carry: every character of Unicode, and none. */
const anyText = fc.string({ unit: 'binary', maxLength: 300 });
const anyCell = fc.record({ table: anyText, column: anyText, row: anyText });
const anyOwner = fc.string({ unit: 'binary', maxLength: 40 });

/** What was refused; null where it opened. */
function refusal(open: () => unknown): HandrailError | null {
  try {
    open();
    return null;
  } catch (error) {
    if (error instanceof HandrailError && error.code === 'unreadable') return error;
    throw error;
  }
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
}

describe('what a member says', () => {
  it('is read back as it was, whatever it was, wherever it stands', () => {
    fc.assert(
      fc.property(anyText, anyCell, anyOwner, (text, cell, owner) => {
        const sealer = keyring.sealer(owner, keyring.newKey(owner));
        return sealer.open(cell, sealer.seal(cell, text)) === text;
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['nothing at all', ''],
    ['100,000 characters', 'slept badly, still here 🫂 '.repeat(4_000).slice(0, 100_000)],
    ['text that looks like the padding', '\u0001\u0000\u0000\u0001\u0000'],
    ['zeros up to the edge of the padding', '\u0000'.repeat(63)],
    ['one character more than fits', 'é'.repeat(32)],
  ])('is read back as it was: %s', (_, text) => {
    expect(amy.open(note, amy.seal(note, text))).toBe(text);
  });

  it('is read back by the next process, which has the same master key', () => {
    const next = openKeyring(Uint8Array.from(secret)).sealer('amy', amyKey);
    expect(next.open(note, amy.seal(note, 'still here'))).toBe('still here');
  });

  it('never looks the same twice', () => {
    const sealed = Array.from({ length: 1_000 }, () => Buffer.from(amy.seal(note, '{"used":true}')).toString('hex'));
    expect(new Set(sealed).size).toBe(1_000);
    expect(new Set(sealed.map((hex) => hex.slice(2, 26))).size, 'nonces').toBe(1_000);
  });

  it('is not known by its length', () => {
    const lengths = ['{"used":true}', '{"mood":4}', '{}', '{"mood":5,"craving":10,"feelings":["hungry","tired"]}'].map(
      (text) => amy.seal(note, text).length,
    );
    expect(new Set(lengths).size).toBe(1);
    fc.assert(
      fc.property(fc.nat(200), (length) => {
        const steps = Math.floor(length / 64) + 1;
        return amy.seal(note, 'x'.repeat(length)).length === 1 + 12 + 64 * steps + 16;
      }),
    );
  });
});

describe('a value that somebody changed', () => {
  const texts = [
    '',
    'x'.repeat(100),
    '{"mood":4,"note":"slept well"}',
    'a long evening 🫂 '.repeat(20),
    'n'.repeat(4_000),
  ];
  const values = texts.map((text) => ({ text, sealed: amy.seal(note, text) }));

  it('is refused after every one of 10,000 bit flips', () => {
    const sizes = new Set<number>();
    let flips = 0;
    const flip = fc.record({ which: fc.nat(values.length), bit: fc.nat() });
    fc.assert(
      fc.property(flip, ({ which, bit }) => {
        const sealed = values[which]?.sealed ?? amyKey;
        const changed = flipped(sealed, bit % (sealed.length * 8));
        flips += 1;
        sizes.add(sealed.length);
        const open = () => (sealed === amyKey ? keyring.sealer('amy', changed) : amy.open(note, changed));
        return refusal(open) !== null;
      }),
      { numRuns: 10_000 },
    );
    expect({ flips, sizes: sizes.size }).toEqual({ flips: 10_000, sizes: 5 });
  });

  it('is refused whichever of its bits is flipped, and whichever bit of a key', () => {
    const sealed = amy.seal(note, '{"used":true}');
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      expect(
        refusal(() => amy.open(note, flipped(sealed, bit))),
        `bit ${bit}`,
      ).not.toBeNull();
    }
    for (let bit = 0; bit < amyKey.length * 8; bit += 1) {
      expect(
        refusal(() => keyring.sealer('amy', flipped(amyKey, bit))),
        `bit ${bit}`,
      ).not.toBeNull();
    }
  });

  it('is refused when it was cut short, at either end, or made longer', () => {
    for (const { sealed } of values.slice(0, 3)) {
      for (let length = 0; length < sealed.length; length += 1) {
        expect(refusal(() => amy.open(note, sealed.subarray(0, length)))).not.toBeNull();
        expect(refusal(() => amy.open(note, sealed.subarray(sealed.length - length)))).not.toBeNull();
      }
      for (const more of [Buffer.of(0), Buffer.of(1), randomBytes(16), sealed]) {
        expect(refusal(() => amy.open(note, Buffer.concat([sealed, more])))).not.toBeNull();
        expect(refusal(() => amy.open(note, Buffer.concat([more, sealed])))).not.toBeNull();
      }
    }
    for (let length = 0; length < amyKey.length; length += 1) {
      expect(refusal(() => keyring.sealer('amy', amyKey.subarray(0, length)))).not.toBeNull();
    }
  });

  it('is refused when it is made of the halves of two others', () => {
    const [one, other] = [amy.seal(note, 'a'.repeat(40)), amy.seal(note, 'b'.repeat(40))];
    for (let cut = 2; cut < one.length; cut += 1) {
      const mixed = Buffer.concat([one.subarray(0, cut), other.subarray(cut)]);
      expect(
        refusal(() => amy.open(note, mixed)),
        `cut at ${cut}`,
      ).not.toBeNull();
    }
  });
});

describe('a value that somebody moved', () => {
  it('opens in its own table, column and row alone', () => {
    fc.assert(
      fc.property(anyText, anyCell, anyCell, (text, cell, other) => {
        const sealed = amy.seal(cell, text);
        for (const moved of [
          { ...cell, table: other.table },
          { ...cell, column: other.column },
          { ...cell, row: other.row },
          other,
        ]) {
          const same = moved.table === cell.table && moved.column === cell.column && moved.row === cell.row;
          expect(refusal(() => amy.open(moved, sealed)) === null).toBe(same);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('opens nowhere where the same letters are cut into other names', () => {
    const sealed = amy.seal({ table: 'Check', column: 'In', row: 'details' }, 'private');
    for (const [table, column, row] of [
      ['CheckIn', '', 'details'],
      ['Check', 'Indetails', ''],
      ['', 'CheckIn', 'details'],
      ['Check","In', 'details', ''],
    ] as const) {
      expect(refusal(() => amy.open({ table, column, row }, sealed))).not.toBeNull();
    }
  });

  it('opens for its own member alone: another has another key', () => {
    const bob = keyring.sealer('bob', keyring.newKey('bob'));
    expect(refusal(() => bob.open(note, amy.seal(note, 'private')))).not.toBeNull();
  });

  it('opens for its own member alone, also where its key was given to another', () => {
    expect(refusal(() => keyring.sealer('bob', amyKey))).not.toBeNull();
    expect(refusal(() => keyring.sealer('', amyKey))).not.toBeNull();
  });

  it('is no key, and no key is a value', () => {
    expect(refusal(() => keyring.sealer('amy', amy.seal(note, 'private')))).not.toBeNull();
    expect(refusal(() => amy.open(note, amyKey))).not.toBeNull();
    expect(refusal(() => amy.open({ table: 'key', column: 'wrapped', row: '' }, amyKey))).not.toBeNull();
  });

  it('opens with no other master key', () => {
    for (const other of [randomBytes(32), flipped(secret, 0), flipped(secret, 255)]) {
      expect(refusal(() => openKeyring(other).sealer('amy', amyKey))).not.toBeNull();
    }
  });
});

describe('what an identifier is found by', () => {
  const parts = fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { minLength: 1, maxLength: 4 });
  const lookup = (of: readonly string[], by = keyring) => by.lookup(of[0] ?? '', ...of.slice(1));

  it('is the same for the same parts, in every process, and for nothing else', () => {
    const again = openKeyring(Uint8Array.from(secret));
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        expect(lookup(one)).toBe(lookup(one, again));
        expect(lookup(one) === lookup(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
      { numRuns: 2_000 },
    );
  });

  it('tells apart where one part ends and the next begins, and what kind it is', () => {
    const alike = [
      ['account', 'a', 'b'],
      ['account', 'ab'],
      ['account', 'ab', ''],
      ['account', '', 'ab'],
      ['account', 'a","b'],
      ['accounta', 'b'],
      ['account', 'b', 'a'],
      ['community', 'a', 'b'],
      ['request', 'a', 'b'],
    ];
    expect(new Set(alike.map((one) => lookup(one))).size).toBe(alike.length);
  });

  it('cannot be worked out without the master key', () => {
    const of = ['account', 'discord', '1234'];
    expect(lookup(of)).toMatch(/^[\w-]{43}$/);
    expect(lookup(of)).not.toBe(lookup(of, openKeyring(randomBytes(32))));
    for (const text of [JSON.stringify(of), of.join(''), of.join(' '), '1234']) {
      expect(lookup(of)).not.toBe(createHash('sha256').update(text).digest('base64url'));
    }
  });
});

describe('what a programmer may print by mistake', () => {
  /** In every way in which bytes are written down. */
  const spellings = (bytes: Uint8Array) => {
    const buffer = Buffer.from(bytes);
    const list = [...buffer].join(',');
    return [
      buffer.toString('hex'),
      buffer.toString('base64').replace(/=+$/, ''),
      buffer.toString('base64url'),
      buffer.toString('latin1'),
      buffer.toString('hex').replace(/..(?=.)/g, '$& '),
      list,
      list.replaceAll(',', ', '),
    ];
  };
  const printed = (value: unknown) =>
    [JSON.stringify(value), String(value), inspect(value, { depth: null, showHidden: true, getters: true })].join('\n');

  it('shows no byte of a key', () => {
    const sealers = new Sealers(keyring);
    const { sealer } = sealers.make('carol');
    for (const value of [keyring, amy, sealers, sealer]) {
      for (const spelling of spellings(secret)) expect(printed(value)).not.toContain(spelling);
      expect(printed(value)).not.toMatch(/[0-9a-f]{32}|[\w+/-]{43}|(?:\d+, ?){16}/);
    }
  });

  it('shows nothing of what was said when it cannot be read', () => {
    const sealed = amy.seal(note, 'canary in a note');
    const errors = [
      refusal(() => amy.open({ ...note, row: '2026-03-02' }, sealed)),
      refusal(() => amy.open(note, flipped(sealed, 300))),
      refusal(() => amy.open(note, sealed.subarray(0, 40))),
      refusal(() => openKeyring(randomBytes(32)).sealer('amy', amyKey)),
    ];
    for (const error of errors) {
      expect(error?.message).toMatch(/^A sealed value of \w+\.\w+ does not open\.$/);
      for (const text of ['canary', ...spellings(secret), ...spellings(sealed), ...spellings(amyKey)]) {
        expect(printed(error)).not.toContain(text);
      }
    }
  });
});
