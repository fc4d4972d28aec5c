import type { WebSocketOptions } from 'discord.js';
import type { Host } from '../../core/platform/platform.ts';

type Throttling = NonNullable<WebSocketOptions['buildIdentifyThrottler']>;

/**
 * Lets shards identify in turn, also those of other processes, because Discord counts per bot and not per process. A
 * rate-limit bucket is a shard's number modulo `max_concurrency`:
 * https://discord.com/developers/docs/topics/gateway#rate-limiting
 */
export function identifyInTurn(turn: Host['turn'], everyMs: number): Throttling {
  return async (manager) => {
    const { session_start_limit: limit } = await manager.fetchGatewayInformation();
    return {
      waitForIdentify: (shard, signal) => turn(`discord identify ${shard % limit.max_concurrency}`, everyMs, signal),
    };
  };
}
