// A PostgreSQL in a process of its own, which says where it is, and stops when whoever started it lets go.
import { startPostgres } from './postgres.js';

const server = await startPostgres({ own: true });
process.once('disconnect', () => {
  void server.stop().finally(() => process.exit());
});
process.send?.(await server.newDatabase());
