import type { SqlQuery } from '@prisma/driver-adapter-utils';

/** SQL without parameters, in the form of Prisma's adapters. */
export function statement(sql: string): SqlQuery {
  return { sql, args: [], argTypes: [] };
}
