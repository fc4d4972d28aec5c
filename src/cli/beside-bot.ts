import { readConfig } from '../config.ts';
import type { Store } from '../core/conversation/store.ts';
import { HandrailError } from '../core/values/errors.ts';
import { openLog } from '../log.ts';
import { tellOfKey } from '../main.ts';
import { openDatabase } from '../storage/database.ts';
import { openStorage } from '../storage/open.ts';

/**
 * Opens the database for a command, also beside a running bot, and closes it after the work.
 * `makes`: see `openDatabase`. @throws HandrailError 'storage-unavailable'
 */
export async function besideBot<T>({ makes }: { makes: boolean }, work: (store: Store) => Promise<T>): Promise<T> {
  const { database, keyFiles } = readConfig(process.env);
  const storage = await openStorage({
    database: await openDatabase(database, false, makes),
    keyFiles,
    log: openLog('warn'),
    onKeyMade: tellOfKey,
  });
  try {
    const trouble = storage.trouble();
    if (trouble !== null) throw new HandrailError('storage-unavailable', trouble);
    return await work(storage.store);
  } finally {
    await storage.close();
  }
}
