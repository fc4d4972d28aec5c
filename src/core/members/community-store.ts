import type { AccountRef, CommunityId } from '../values/ids.ts';
import type { Temporal } from '../values/time.ts';
import type { Community } from './member.ts';

export interface CommunitiesRead {
  find(community: AccountRef): Promise<Community | null>;
  /** Returns the platform's identifiers of the communities that the bot is in, without unreadable ones. */
  present(platform: string): Promise<readonly string[]>;
  /** Returns at most `limit` communities that the bot left before this instant. */
  leftBefore(instant: Temporal.Instant, limit: number): Promise<readonly CommunityId[]>;
  /** Returns the platform's identifier of the community that this account last asked from; null if there is none. */
  lastOf(account: AccountRef): Promise<string | null>;
}

export interface Communities extends CommunitiesRead {
  /** Creates the community if it does not exist; settings that are not given stay unchanged. */
  change(community: AccountRef, settings: Partial<Omit<Community, 'id'>>, now: Temporal.Instant): Promise<Community>;
  /**
   * Records that the bot is in the community. `locale`: see `Community`; null leaves it unchanged. Returns the community
   * if it is new; null if its row existed, left or not.
   */
  arrive(community: AccountRef, locale: string | null, now: Temporal.Instant): Promise<CommunityId | null>;
  /**
   * Records that the bot was removed from the community. An earlier leaving time stays; an unknown community is
   * ignored.
   */
  leave(community: AccountRef, now: Temporal.Instant): Promise<void>;
  /**
   * Renames the community to `to` and deletes the data stored under that name. Places in the community's own chat, which
   * has the same identifier, move with it. An unknown community is ignored.
   */
  move(community: AccountRef, to: string): Promise<void>;
}
