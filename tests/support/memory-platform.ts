import type {
  Delivery,
  Inbox,
  Limits,
  MessageRef,
  Platform,
  PlatformKind,
  Receipt,
} from '../../src/core/platform/platform.ts';

export interface MemoryPlatform extends Platform {
  readonly inbox: Inbox;
  /** What was delivered, in order. */
  readonly delivered: readonly Delivery[];
}

/** The limits of a platform that takes everything at once. */
export const unpaced: Limits = {
  fieldsPerForm: 0,
  commandPrefix: '/',
  hasModeratorGroups: true,
  canCheckModeratorInDm: false,
  asksAgainMs: 0,
  pace: {
    perSecond: Number.POSITIVE_INFINITY,
    privateEveryMs: 0,
    channelEveryMs: 0,
    requestsToMember: 1,
    botOf: () => 'memory',
  },
};

/** A platform that is nothing but its limits: requests come from the test, deliveries are kept for it to see. */
export function memoryPlatform(limits: Limits) {
  return {
    name: 'memory',
    limits,
    async open(host): Promise<MemoryPlatform> {
      const delivered: Delivery[] = [];
      let end = (): void => {};
      let connected = true;
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      return {
        ended,
        connected: () => connected,
        delivered,
        inbox: host.inbox(
          async ({ claims }, group) =>
            claims.includes('moderator') || (group !== null && claims.includes(`group:${group}`)),
        ),
        async deliver(delivery, signal): Promise<Receipt> {
          signal.throwIfAborted();
          delivered.push(delivery);
          const id = String(delivered.length);
          const thread =
            delivery.kind === 'thread' ? ({ kind: 'thread', channel: 'general', thread: id } as const) : null;
          return { kind: 'sent', message: id as MessageRef, thread };
        },
        async stop() {
          connected = false;
          end();
        },
      };
    },
  } satisfies PlatformKind;
}
