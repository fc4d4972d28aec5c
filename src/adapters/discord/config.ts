import { z } from 'zod';

/** The shards of this process: all that Discord recommends ("auto"), or a range out of `count`. */
type Shards = 'auto' | { readonly from: number; readonly to: number; readonly count: number };

export interface DiscordSettings {
  readonly token: string;
  /** Without the version: discord.js adds it. */
  readonly apiUrl: string;
  readonly shards: Shards;
}

/** "auto", "2-3/8", "2/8": both ends are included, and the first shard is 0. */
const shards = z
  .string()
  .trim()
  .transform((text): Shards | null => {
    if (text === 'auto') return 'auto';
    const [, from = '', to = from, count = ''] = /^(\d{1,5})(?:-(\d{1,5}))?\/(\d{1,5})$/.exec(text) ?? [];
    const range = { from: Number(from), to: Number(to), count: Number(count) };
    return count !== '' && range.from <= range.to && range.to < range.count ? range : null;
  })
  .refine(
    (read) => read !== null,
    'must be auto, or shards and how many there are in all, such as 2-3/8 (the first is 0)',
  )
  .transform((read) => read);

/** The settings of this platform, for the environment's schema. */
export const discordEnvironment = {
  DISCORD_TOKEN: z.string().trim().optional(),
  DISCORD_API_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address that begins with https:// or http://' })
    .transform((url) => url.replace(/\/+$/, ''))
    .default('https://discord.com/api'),
  DISCORD_SHARDS: shards.default('auto'),
};

/** null: no token is set, and the platform is off. */
export function discordSettings(env: z.output<z.ZodObject<typeof discordEnvironment>>): DiscordSettings | null {
  const { DISCORD_TOKEN: token, DISCORD_API_URL: apiUrl, DISCORD_SHARDS } = env;
  return token === undefined ? null : { token, apiUrl, shards: DISCORD_SHARDS };
}
