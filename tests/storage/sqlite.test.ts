import { join } from 'node:path';
import { storageContract } from '../contracts/storage.ts';
import { openSqliteStorage, scratchFolder } from '../support/storage.ts';

storageContract('SQLite', async () => {
  const folder = scratchFolder();
  const { store, close } = await openSqliteStorage(join(folder.path, 'handrail.db'));
  return {
    store,
    async close() {
      await close();
      folder.remove();
    },
  };
});
