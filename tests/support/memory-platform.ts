import type { Caller } from '../../src/core/language/request.ts';
import type { Delivery, Host, Inbox, Limits, MessageRef, Platform, Receipt } from '../../src/core/platform/platform.ts';

export interface MemoryPlatform extends Platform {
  /** The inbox that it was started with. */
  readonly inbox: Inbox;
  /** What was delivered, in order. */
  readonly delivered: readonly Delivery[];
}

/** A platform that is nothing but its limits: requests come from the test, deliveries are kept for it to see. */
export function memoryPlatform(limits: Limits): MemoryPlatform {
  const delivered: Delivery[] = [];
  let host: Host | null = null;
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    name: 'memory',
    limits,
    ended,
    delivered,
    get inbox() {
      if (host === null) throw new Error('The memory platform is not started');
      return host.inbox;
    },
    async start(given) {
      host = given;
    },
    async deliver(delivery, signal): Promise<Receipt> {
      signal.throwIfAborted();
      delivered.push(delivery);
      return { kind: 'sent', message: String(delivered.length) as MessageRef };
    },
    async mayModerate({ claims }: Caller, group) {
      return claims.includes('moderator') || (group !== null && claims.includes(`group:${group}`));
    },
    async stop() {
      host = null;
      end();
    },
  };
}
