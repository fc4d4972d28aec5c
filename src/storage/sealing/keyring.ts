import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { HandrailError } from '../../core/values/errors.ts';
import type { Cell, Keyring, Sealer } from './sealer.ts';

/**
 * A sealed value: one byte of format, the nonce (12), the ciphertext, the tag (16). AES-256-GCM; the associated data
 * are the format, the table, column and row, and the owner, so a value that was moved cannot be decrypted, just as a
 * changed one.
 * A nonce is random: 2^32 values under one owner's key stay safe (NIST SP 800-38D, 8.3).
 */
const format = 1;
const nonceBytes = 12;
const tagBytes = 16;

/** Lengths are rounded up to this, because {"used":true} would otherwise be recognised by its length. */
const paddedTo = 64;

/**
 * @param secret 32 bytes, from outside the database; the wrapping key and the pepper are derived from it (HKDF, RFC
 *   5869)
 */
export function openKeyring(secret: Uint8Array): Keyring {
  const drawn = (purpose: string): KeyObject =>
    createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `handrail ${format} ${purpose}`, 32)));
  const wrapping = drawn('wrapping');
  const pepper = drawn('pepper');
  const keyCell: Cell = { table: 'key', column: 'wrapped', row: '' };

  return {
    lookup: (...parts) => createHmac('sha256', pepper).update(JSON.stringify(parts)).digest('base64url'),
    newKey: (owner) => encrypt(wrapping, keyCell, owner, randomBytes(32)),
    sealer: (owner, wrappedKey) => sealerWith(createSecretKey(decrypt(wrapping, keyCell, owner, wrappedKey)), owner),
  };
}

function sealerWith(key: KeyObject, owner: string): Sealer {
  return {
    seal: (cell, text) => encrypt(key, cell, owner, pad(Buffer.from(text))),
    open: (cell, sealed) => unpad(decrypt(key, cell, owner, sealed)).toString(),
  };
}

function encrypt(key: KeyObject, cell: Cell, owner: string, plain: Buffer): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associated(cell, owner));
  return Buffer.concat([Buffer.of(format), nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: KeyObject, cell: Cell, owner: string, sealed: Uint8Array): Buffer {
  try {
    if (sealed[0] !== format || sealed.length < 1 + nonceBytes + tagBytes) throw new Error('Not of this format');
    const end = sealed.length - tagBytes;
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + nonceBytes), {
      authTagLength: tagBytes,
    })
      .setAAD(associated(cell, owner))
      .setAuthTag(sealed.subarray(end));
    return Buffer.concat([decipher.update(sealed.subarray(1 + nonceBytes, end)), decipher.final()]);
  } catch (error) {
    const { table, column } = cell;
    throw new HandrailError('unreadable', `A sealed value of ${table}.${column} does not open.`, { cause: error });
  }
}

function associated({ table, column, row }: Cell, owner: string): Buffer {
  return Buffer.from(JSON.stringify([format, table, column, row, owner]));
}

/** Pads with a one, then zeros up to the next multiple (ISO/IEC 7816-4). */
function pad(plain: Buffer): Buffer {
  return Buffer.concat([plain, Buffer.of(1)], Math.ceil((plain.length + 1) / paddedTo) * paddedTo);
}

function unpad(padded: Buffer): Buffer {
  return padded.subarray(0, padded.lastIndexOf(1));
}
