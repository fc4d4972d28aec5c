import { sharedPostgres, startPostgres } from './postgres.js';

/** One PostgreSQL for the whole test run: to make one takes longer than most of what is tried on it. */
export default async function startShared() {
  const server = await startPostgres({ own: true });
  process.env[sharedPostgres] = await server.newDatabase();
  return () => server.stop();
}
