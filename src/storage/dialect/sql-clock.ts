import { type Sql, sqltag } from '@prisma/client/runtime/client';

/** Moves the clock of the database, for tests and the terminal. 0 elsewhere. */
export interface ClockOffset {
  ms: number;
}

/** The clock that the outbox lives by, as parts of statements. */
export interface SqlClock {
  /** The instant in so many milliseconds from now, as a table holds it. */
  in(ms: number): Sql;
  /** Milliseconds since 1970. */
  readonly ms: Sql;
}

/** SQLite has one process, so its clock is this process's. */
export function processClock(offset: ClockOffset): SqlClock {
  const now = () => Date.now() + offset.ms;
  return {
    in: (ms) => sqltag`${new Date(now() + ms)}`,
    get ms() {
      return sqltag`${now()}`;
    },
  };
}

/** PostgreSQL's server has the clock of all processes. A column has no zone, so the instant is written in UTC. */
export function serverClock(offset: ClockOffset): SqlClock {
  return {
    in: (ms) =>
      sqltag`((statement_timestamp() AT TIME ZONE 'UTC') + ${ms + offset.ms}::double precision * interval '1 millisecond')`,
    get ms() {
      return sqltag`((extract(epoch FROM statement_timestamp()) * 1000)::bigint + ${offset.ms}::bigint)`;
    },
  };
}
