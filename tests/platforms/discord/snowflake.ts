const discordEpochMs = 1_420_070_400_000;
const timestampShift = 22n;

let lastId = 0n;
let guilds = 0;

/** An id as Discord makes them: in order, with the time of making in its upper bits. */
export function nextId(): string {
  const now = BigInt(Date.now() - discordEpochMs) << timestampShift;
  lastId = now > lastId ? now : lastId + 1n;
  return String(lastId);
}

/** Of years ago, and a millisecond apart: a guild's shard is told by those bits, so that guilds spread over shards. */
export function nextGuildId(): string {
  guilds += 1;
  return String(BigInt(Math.floor((Date.now() - discordEpochMs) / 2) + guilds) << timestampShift);
}

/** https://discord.com/developers/docs/events/gateway#sharding: what belongs to no guild is on shard 0. */
export function shardOf(guildId: string | null, shardCount: number): number {
  return guildId === null ? 0 : Number((BigInt(guildId) >> timestampShift) % BigInt(shardCount));
}
