import { expect, it } from 'vitest';
import { Temporal } from '../../src/core/values/time.ts';
import { databases } from '../support/raw-database.ts';
import { quietLog } from '../support/storage.ts';
import { afterwards, saying } from './outbox.ts';

const now = Temporal.Instant.from('2026-03-01T12:00Z');

it.each(
  databases,
)('two databases on %s that differ in what is sent alone differ in nothing that can be read', async (_, open) => {
  const clear = [];
  for (const [route, words] of [
    ['test.ask', 'have you checked in today?'],
    ['test.alert', 'somebody in your server may be in danger'],
  ] as const) {
    const database = await open();
    afterwards(() => database.close());
    const storage = await database.open(quietLog);
    afterwards(() => storage.close());
    const says = saying('ask', { route }).says(words);
    await storage.store.transaction(async (tx) => {
      const { id: community } = await tx.communities.change({ platform: 'fake', key: 'harbor' }, {}, now);
      await tx.outbox.add({
        key: ['subject', 'one'],
        platform: 'fake',
        owner: { kind: 'community', community },
        sending: { kind: 'post', to: { kind: 'channel', channel: 'general' }, says },
        dueAt: now,
        notAfter: now.add({ hours: 2 }),
        urgent: false,
      });
    });
    const [leased] = await storage.store.outbox.lease({ platforms: ['fake'], urgent: false, max: 1, leaseMs: 1_000 });
    if (leased !== undefined) await storage.store.outbox.finish(leased, { kind: 'skipped', reason: words });
    const [row = {}] = await database.rows('SELECT * FROM "Delivery"');
    // Random, keyed hashes, the moment of this test, and what is sealed.
    const left = Object.entries(row).filter(
      ([name]) =>
        !['id', 'communityId', 'lookup', 'subject', 'place', 'addedAt', 'endedAt', 'payload', 'outcome'].includes(name),
    );
    clear.push(left);
    for (const name of ['lookup', 'subject', 'place']) expect(String(row[name])).toMatch(/^[\w-]{43}$/);
    for (const name of ['payload', 'outcome'])
      expect(Buffer.from(row[name] as Uint8Array).toString('latin1')).not.toContain(words);
  }
  expect(clear[0]).toEqual(clear[1]);
  expect(clear[0]?.length).toBeGreaterThan(8);
});
