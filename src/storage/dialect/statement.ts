import type { SqlQuery } from '@prisma/driver-adapter-utils';

/** SQL without values, as Prisma's adapters take it. */
export function statement(sql: string): SqlQuery {
  return { sql, args: [], argTypes: [] };
}
