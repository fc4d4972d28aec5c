import type {
  Delivery,
  Inbox,
  Limits,
  MessageRef,
  Platform,
  PlatformKind,
  Receipt,
  Rights,
} from '../../src/core/platform/platform.ts';

export interface MemoryPlatform extends Platform {
  readonly inbox: Inbox;
  /** What was delivered, in order. */
  readonly delivered: readonly Delivery[];
}

/** Each community has one channel, "general", in which the bot may post. */
const onlyInGeneral: Rights['mayPost'] = async (place) =>
  place.kind === 'channel' && place.channel === 'general' ? 'yes' : 'elsewhere';

/** A platform that is nothing but its limits: requests come from the test, deliveries are kept for it to see. */
export function memoryPlatform(limits: Limits, mayPost = onlyInGeneral) {
  return {
    name: 'memory',
    limits,
    async open(host): Promise<MemoryPlatform> {
      const delivered: Delivery[] = [];
      let end = (): void => {};
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      return {
        ended,
        delivered,
        inbox: host.inbox({
          mayModerate: async ({ claims }, group) =>
            claims.includes('moderator') || (group !== null && claims.includes(`group:${group}`)),
          mayPost,
        }),
        async deliver(delivery, signal): Promise<Receipt> {
          signal.throwIfAborted();
          delivered.push(delivery);
          return { kind: 'sent', message: String(delivered.length) as MessageRef };
        },
        async stop() {
          end();
        },
      };
    },
  } satisfies PlatformKind;
}
