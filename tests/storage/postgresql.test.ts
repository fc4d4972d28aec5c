import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { storageContract } from '../contracts/storage.ts';
import { startPostgres } from '../support/postgres.js';
import { openPostgresStorage, scratchFolder } from '../support/storage.ts';

storageContract('PostgreSQL', async () => {
  const server = await startPostgres();
  const folder = scratchFolder();
  const keyFile = join(folder.path, 'handrail.key');
  writeFileSync(keyFile, randomBytes(32).toString('base64'), { mode: 0o600 });
  const { store, close } = await openPostgresStorage(await server.newDatabase(), keyFile);
  return {
    store,
    async close() {
      await close();
      await server.stop();
      folder.remove();
    },
  };
});
