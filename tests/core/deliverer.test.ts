import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deliverer, type Posting } from '../../src/core/adapter-kit/deliverer.ts';
import type { MessageRef } from '../../src/core/platform/platform.ts';

interface Sent {
  readonly at: number;
  readonly changes: boolean;
}

/** A place where messages stand in the order in which they were sent. Those that are in capitals cannot be changed. */
function aPlace() {
  const there = new Map<number, string>();
  let last = 0;
  const changes = (part: string) => part === part.toLowerCase();
  const posting: Posting<null, string, Sent> = {
    placeOf: async () => null,
    render: () => [],
    async post(_, part) {
      last += 1;
      there.set(last, part);
      return { at: last, changes: changes(part) };
    },
    async edit(_, sent, part) {
      if (!sent.changes || !changes(part)) return null;
      there.set(sent.at, part);
      return sent;
    },
    async remove(_, { at }) {
      there.delete(at);
    },
    thread: async () => ({ kind: 'channel', channel: 'here' }),
    writeRef: () => '' as MessageRef,
    readRef: () => ({ where: null, parts: [] }),
  };
  const failures = {
    failureOf: () => ({ kind: 'bug' }) as const,
    refusalOf: () => 'invalid' as const,
    finishStarted: <T>(attempt: () => Promise<T>) => attempt(),
  };
  return { deliverer: new Deliverer(posting, failures), read: () => [...there.values()] };
}

const parts = fc.array(fc.constantFrom('a', 'b', 'c', 'P', 'Q'), { maxLength: 5 });
const { signal } = new AbortController();

describe('a message of several parts that is changed', () => {
  it('reads as it is now, in its order, whatever parts of it cannot be changed', async () => {
    await fc.assert(
      fc.asyncProperty(parts, parts, async (before, after) => {
        const { deliverer, read } = aPlace();
        const sent = await deliverer.post(null, before, 'id', signal);
        const changed = await deliverer.change(null, sent, after, 'id', signal);
        expect(read()).toEqual(after);
        expect(changed).toHaveLength(after.length);
      }),
    );
  });

  it('is changed where it stands while each of its parts can be', async () => {
    await fc.assert(
      fc.asyncProperty(parts, async (before) => {
        const { deliverer, read } = aPlace();
        const plain = before.map((part) => part.toLowerCase());
        const sent = await deliverer.post(null, plain, 'id', signal);
        const now = plain.map(() => 'c');
        expect(await deliverer.change(null, sent, now, 'id', signal)).toEqual(sent);
        expect(read()).toEqual(now);
      }),
    );
  });
});
