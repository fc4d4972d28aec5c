import { join } from 'node:path';
import { openStorage } from '../../src/storage/storage.ts';
import { storageContract } from '../contracts/storage.ts';
import { quietLog, scratchFolder } from '../support/world.ts';

storageContract('SQLite', async () => {
  const folder = scratchFolder();
  const { store, close } = await openStorage({ file: join(folder.path, 'handrail.db'), log: quietLog, alone: true });
  return {
    store,
    async close() {
      await close();
      folder.remove();
    },
  };
});
