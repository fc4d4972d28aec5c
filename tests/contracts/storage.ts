import { afterAll, beforeAll, describe } from 'vitest';
import type { Store } from '../../src/core/conversation/store.ts';
import { checkInsContract } from './storage/check-ins.ts';
import { communitiesContract } from './storage/communities.ts';
import { conversationContract } from './storage/conversation.ts';
import { now, type StorageUnderTest } from './storage/fixtures.ts';
import { keptContract } from './storage/kept.ts';
import { meetingsContract } from './storage/meetings.ts';
import { membersContract } from './storage/members.ts';
import { outboxContract } from './storage/outbox.ts';
import { roomDataContract } from './storage/room-data.ts';
import { transactionsContract } from './storage/transactions.ts';

/** What every storage promises. Each test has people, feeds and requests of its own, so that they share one database. */
export function storageContract(
  name: string,
  open: () => Promise<{ store: Store; close(): Promise<void> }>,
  /** The store in memory has no outbox. */
  { hasOutbox = true }: { readonly hasOutbox?: boolean } = {},
): void {
  describe(`storage in ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());

    const on: StorageUnderTest = {
      get store() {
        return opened.store;
      },
      write: (work) => opened.store.transaction(work),
      join: (ref) => opened.store.transaction((tx) => tx.members.ensure(ref, now)),
      memberOf: async (ref) => (await opened.store.members.find(ref))?.member,
    };
    membersContract(on);
    communitiesContract(on);
    checkInsContract(on);
    conversationContract(on);
    keptContract(on);
    meetingsContract(on);
    if (hasOutbox) outboxContract(on);
    roomDataContract(on);
    transactionsContract(on);
  });
}
