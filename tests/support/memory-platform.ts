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
          return { kind: 'sent', message: String(delivered.length) as MessageRef };
        },
        async stop() {
          connected = false;
          end();
        },
      };
    },
  } satisfies PlatformKind;
}
