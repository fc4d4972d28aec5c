import { expect, it } from 'vitest';
import { openWorld } from '../support/world.ts';

const asked = { kind: 'command', name: 'checkin', options: {} } as const;

it('a request that comes again after a release that shows other things is done once, and says so', async () => {
  const world = await openWorld();
  const amy = world.person('amy', { zone: 'UTC' });
  const [earlier, later] = ['before the release', 'after it'];
  await amy.asks(asked, earlier);
  await world.store.transaction(async (tx) => {
    const account = await tx.members.find({ platform: 'memory', key: 'amy' });
    if (account === null) throw new Error('Amy is not known');
    await tx.idempotency.forget(account.id);
    const shown = { blocks: [{ kind: 'poem', lines: ['of another version'] }] };
    await tx.idempotency.remember(account, earlier, JSON.stringify(shown), world.now());
  });

  expect((await amy.asks(asked, earlier)).text).toContain('I have done that already.');
  expect((await amy.asks(asked, later)).text).toContain('1 check-in in a row');
  await world.close();
});
