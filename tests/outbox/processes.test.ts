import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { postgresqlUnderFire } from '../faults/databases.ts';
import { unpaced } from '../support/memory-platform.ts';
import { startPostgres } from '../support/postgres.js';
import { afterwards, type OutboxUnderTest, openOutboxOn, saying } from './outbox.ts';
import type { Point } from './process.js';
import { OutboxProcess, PlatformServer } from './processes.ts';

/** PostgreSQL with an outbox, and what a process is given to send from it. */
async function aFleet(options: Parameters<typeof PlatformServer.start>[0] = {}) {
  const database = await postgresqlUnderFire(await startPostgres());
  afterwards(() => database.close());
  const url = database.settings['DATABASE_URL'] ?? '';
  const keyFile = database.settings['HANDRAIL_MASTER_KEY_FILE'] ?? '';
  const platform = await PlatformServer.start(options);
  const outbox = await openOutboxOn(await database.open(), { ms: 0 });
  const process = (settings: Partial<ConstructorParameters<typeof OutboxProcess>[0]> = {}) =>
    new OutboxProcess({
      database: { kind: 'postgresql', url },
      keyFile,
      platformUrl: platform.url,
      ...limits(platform),
      ...settings,
    });
  return { outbox, platform, process, url };
}

const limits = ({ asksAgainMs }: PlatformServer) => ({ platforms: { fake: { ...unpaced, asksAgainMs } } });

const channel = (name: string) => ({ to: { kind: 'channel', channel: name } as const });

function addLeft(outbox: OutboxUnderTest, name: string, dueAt = outbox.in(0)) {
  const to = { kind: 'channel', channel: name } as const;
  return outbox.add(name, { dueAt, says: { kind: 'post', to, says: saying('leave').says(name) } });
}

describe('several processes on one PostgreSQL', () => {
  it('send each message once: four that share a name and lead nobody', async () => {
    const { outbox, platform, process } = await aFleet();
    // Long leases, because four processes that start share two cores.
    await Promise.all([1, 2, 3, 4].map(() => process({ leaseMs: 10_000 }).ready()));
    const dueAt = outbox.in(300);
    for (let i = 0; i < 120; i += 1) await outbox.add(`message ${i}`, { dueAt, ...channel(`channel ${i}`) });
    expect(await outbox.settled()).toEqual({ sent: 120 });
    expect(platform.doubles).toEqual([]);
    expect(platform.arrived).toHaveLength(120);
  });

  it('send nothing twice, and nothing early, though their clocks are ten minutes and an hour apart', async () => {
    const { outbox, platform, process } = await aFleet();
    const aheadMs = [600_000, -600_000, -3_600_000];
    await Promise.all(aheadMs.map((clockAheadMs) => process({ clockAheadMs, leaseMs: 10_000 }).ready()));
    const dueAt = outbox.in(1_500);
    for (let i = 0; i < 30; i += 1) await outbox.add(`message ${i}`, { dueAt, ...channel(`channel ${i}`) });
    const earliest = performance.now() + (dueAt.epochMilliseconds - Date.now());
    expect(await outbox.settled()).toEqual({ sent: 30 });
    expect(platform.doubles).toEqual([]);
    // The test and the server are on one machine: their clocks differ by less.
    for (const { atMs } of platform.arrived) expect(atMs).toBeGreaterThan(earliest - 50);
  });

  it.each([
    ['a platform that takes a message once', 120_000],
    ['a platform that takes it each time', 0],
  ])('let one be stopped for three leases while it sends, on %s: there is one message', async (_, asksAgainMs) => {
    const { outbox, platform, process } = await aFleet({ asksAgainMs });
    platform.fate = (__, count) => (count === 1 ? 'held' : 'taken');
    const stopped = await process().ready();
    await addLeft(outbox, 'once');
    await platform.until(1);
    stopped.signal('SIGSTOP');
    await process().ready();
    const counts = await outbox.settled();
    expect(counts).toEqual(asksAgainMs > 0 ? { sent: 1 } : { uncertain: 1 });
    platform.release();
    stopped.signal('SIGCONT');
    // Its answer comes now, and may change nothing that another has settled.
    await outbox.add('after it', channel('after'));
    await platform.until(2);
    expect(await outbox.settled()).toEqual({ ...counts, sent: (counts['sent'] ?? 0) + 1 });
    expect(platform.arrived.map(({ text }) => text)).toEqual(['once', 'after it']);
  });

  it('send nothing from one that was stopped while it opened a connection, once its lease is over', async () => {
    const { outbox, platform, process } = await aFleet({ asksAgainMs: 120_000 });
    const { port } = new URL(platform.url);
    const stopped = await process({ looksUpSlowly: true, platformUrl: `http://localhost:${port}/` }).ready();
    await addLeft(outbox, 'once');
    await stopped.says('looking up');
    stopped.signal('SIGSTOP');
    await process().ready();
    expect(await outbox.settled()).toEqual({ sent: 1 });
    stopped.tell('go');
    stopped.signal('SIGCONT');
    await addLeft(outbox, 'after it');
    await platform.until(2);
    expect(await outbox.settled()).toEqual({ sent: 2 });
    expect(platform.asked).toBe(2);
  });

  it.each([
    'after lease',
    'before begin',
    'after begin',
    'before send',
    'after send',
    'before finish',
    'after finish',
  ] satisfies Point[])('settle what one left that was killed %s, and nothing stands there twice', async (killAt) => {
    const { outbox, platform, process } = await aFleet();
    for (const name of ['one', 'two', 'three']) await addLeft(outbox, name);
    const killed = process({ killAt });
    await killed.exited;
    const other = await process().ready();
    const counts = await outbox.settled();
    expect(platform.doubles).toEqual([]);
    const { sent = 0, uncertain = 0 } = counts;
    expect(sent + uncertain).toBe(3);
    if (killAt === 'after lease' || killAt === 'before begin') expect(uncertain).toBe(0);
    expect(platform.arrived.length).toBeGreaterThanOrEqual(sent);
    expect(other.complaints).toBe('');
  });

  it('lose and double nothing when the connections to the database are cut in the minute in which all is due', async () => {
    const { outbox, platform, process, url } = await aFleet();
    const line = await aLine(url);
    const both = [
      process({ database: { kind: 'postgresql', url: line.url } }),
      process({ database: { kind: 'postgresql', url: line.url } }),
    ];
    await Promise.all(both.map((one) => one.ready()));
    for (let i = 0; i < 60; i += 1) await addLeft(outbox, `message ${i}`, outbox.in(i * 20));
    for (let cut = 0; cut < 3; cut += 1) {
      await platform.until(10 * (cut + 1));
      await line.cutFor(600);
    }
    const counts = await outbox.settled();
    expect(platform.doubles).toEqual([]);
    expect((counts['sent'] ?? 0) + (counts['uncertain'] ?? 0)).toBe(60);
    expect(platform.arrived.length).toBeGreaterThanOrEqual(counts['sent'] ?? 0);
  });
});

/** A line to PostgreSQL that can be cut. */
async function aLine(url: string): Promise<{ url: string; cutFor(ms: number): Promise<void> }> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((from) => {
    if (isCut) {
      from.destroy();
      return;
    }
    const to = createConnection(Number(port), hostname);
    for (const socket of [from, to]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    from.pipe(to).pipe(from);
    from.on('close', () => to.destroy());
    to.on('close', () => from.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const own = new URL(url);
  own.port = String((server.address() as { port: number }).port);
  afterwards(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return {
    url: own.href,
    async cutFor(ms) {
      isCut = true;
      for (const socket of sockets) socket.destroy();
      const until = performance.now() + ms;
      while (performance.now() < until) await nextTurn();
      isCut = false;
    },
  };
}
