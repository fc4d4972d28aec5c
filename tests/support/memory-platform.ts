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
      let connected = true;
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      return {
        ended,
        connected: () => connected,
        delivered,
        inbox: host.inbox({
          mayModerate: async ({ claims }, group) =>
            claims.includes('moderator') || (group !== null && claims.includes(`group:${group}`)),
          mayPost,
        }),
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
