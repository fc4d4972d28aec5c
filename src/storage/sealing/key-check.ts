import type { Log } from '../../core/values/log.ts';
import type { Database, Db } from '../database.ts';
import { StorageUnavailable } from '../unavailable.ts';
import { makeKeyFile, readKeyFile } from './key-file.ts';
import { openKeyring } from './keyring.ts';
import { Sealers } from './sealers.ts';

/**
 * Finds the master key, or creates it at a first start, and compares it with the key of the database before anything is
 * written. `claim` writes the check of a new database.
 * @throws StorageUnavailable if the key is missing or wrong
 */
export async function unlockWithKey(
  database: Database,
  places: readonly string[],
  log: Log,
  onKeyMade: (path: string) => void,
): Promise<{ sealers: Sealers; claim(db: Db): Promise<void> }> {
  const before = await database.keyCheck(log);
  let key = readKeyFile(places);
  if (key === null) {
    if (before !== null || !database.makesKey) throw missing(database, places, before !== null);
    key = makeKeyFile(places);
    onKeyMade(key.path);
  }
  if (key.open) log.warn('other users of this machine may read the master key', { path: key.path });
  const { path, secret } = key;
  const sealers = new Sealers(openKeyring(secret));
  const value = sealers.keyCheck();
  if (before !== null && before !== value) throw another(database, path);

  return {
    sealers,
    async claim(db) {
      const row = await db.keyCheck.upsert({
        where: { id: 1 },
        create: { id: 1, value, checkedAt: new Date() },
        update: {},
      });
      // Of two simultaneous first starts, the other one was first.
      if (row.value !== value) throw another(database, path);
    },
  };
}

/** Tests the database with a harmless write. Returns false if it is now a database with another key. */
export async function checkAgain(db: Db, sealers: Sealers): Promise<boolean> {
  const own = { id: 1, value: sealers.keyCheck() };
  return (await db.keyCheck.updateMany({ where: own, data: { checkedAt: new Date() } })).count === 1;
}

function missing({ name }: Database, places: readonly string[], sealed: boolean): StorageUnavailable {
  const looked = `I looked for it in ${places.join(' and in ')}`;
  const then = sealed
    ? 'Put it back: nobody can read this database without it.'
    : `Make one with: (umask 077; openssl rand -base64 32 > ${places[0]}) and give the same to every process.`;
  return new StorageUnavailable(
    `The master key of the database ${name} is missing. ${looked} (HANDRAIL_MASTER_KEY_FILE says where). ${then} Nothing was written.`,
    'the master key is missing',
  );
}

function another({ name }: Database, path: string): StorageUnavailable {
  return new StorageUnavailable(
    `The database ${name} was sealed with another master key than ${path}. Put the right one there, or set HANDRAIL_MASTER_KEY_FILE. Nothing was written.`,
    'the database was sealed with another master key',
  );
}
