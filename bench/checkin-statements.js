// What is sent to a database, heard at its driver: below Prisma, so that nothing of Prisma's is missed or made up.
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import { memberCount } from './checkin-requests.js';

/** Lets a contender check everyone in, one by one, and gives the statements of each with their values. */
export async function tapeOf(contender, pass) {
  const checkIn = contender.checkInsOf(pass);
  const heard = listen();
  const tape = [];
  for (let member = 0; member < memberCount; member += 1) {
    await checkIn(member);
    tape.push(heard.taken());
  }
  heard.stop();
  return tape;
}

/** To be called while nobody else asks anything. */
export function listen() {
  let heard = [];
  const { prepare } = Sqlite.prototype;
  const { query } = pg.Client.prototype;
  Sqlite.prototype.prepare = function (sql) {
    const statement = prepare.call(this, sql);
    const { bind } = statement;
    statement.bind = (values) => {
      heard.push({ sql, values });
      return bind.call(statement, values);
    };
    return statement;
  };
  pg.Client.prototype.query = function (config, ...rest) {
    // Prisma asks with an object. The settings of a new connection are a string, and no part of anybody's check-in.
    if (typeof config === 'object') heard.push({ sql: config.text, values: config.values });
    return query.call(this, config, ...rest);
  };
  return {
    taken() {
      const taken = heard;
      heard = [];
      return taken;
    },
    stop() {
      Sqlite.prototype.prepare = prepare;
      pg.Client.prototype.query = query;
    },
  };
}

/** How often one of so many check-ins sends each statement, on average. */
export function countsOf(statements, checkIns) {
  const counts = new Map();
  for (const { sql } of statements) {
    // How a statement is indented says nothing of what it costs.
    const plain = sql.trim().replaceAll(/\s+/g, ' ');
    counts.set(plain, (counts.get(plain) ?? 0) + 1 / checkIns);
  }
  return counts;
}

/** How many statements a check-in takes on each side, and which of them only one side sends. */
export function compare([name, counts], [otherName, otherCounts]) {
  const odd = [...new Set([...counts.keys(), ...otherCounts.keys()])]
    .map((sql) => ({ sql, by: (counts.get(sql) ?? 0) - (otherCounts.get(sql) ?? 0) }))
    .filter(({ by }) => Math.abs(by) > 1e-6);
  const totals = `${name} ${total(counts)}, ${otherName} ${total(otherCounts)}`;
  if (odd.length === 0) return `${totals}, and the same ones.`;
  return [`${totals}. NOT THE SAME ONES:`, ...odd.map(({ sql, by }) => `  ${by.toFixed(1)} more of ${sql}`)].join('\n');
}

function total(counts) {
  return [...counts.values()].reduce((sum, count) => sum + count, 0).toFixed(1);
}
