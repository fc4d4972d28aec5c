import type { Community } from '../members/member.ts';
import type { AccountRef, CommunityId } from '../values/ids.ts';
import type { Temporal } from '../values/time.ts';

export interface CommunitiesRead {
  find(community: AccountRef): Promise<Community | null>;
  /** The platform's own identifiers of those that the bot is in. One that cannot be read is left out. */
  present(platform: string): Promise<readonly string[]>;
  /** Those that the bot left before this, at most `limit` of them. */
  leftBefore(instant: Temporal.Instant, limit: number): Promise<readonly CommunityId[]>;
  /** The platform's own identifier of the one that this account last asked from; null where there is none. */
  lastOf(account: AccountRef): Promise<string | null>;
}

export interface Communities extends CommunitiesRead {
  /** Made when it is not there yet; what is not given stays as it is. */
  change(community: AccountRef, settings: Partial<Omit<Community, 'id'>>, now: Temporal.Instant): Promise<Community>;
  /** The bot is in it from now on. `locale`: see `Community`; null leaves it as it was. True where it was made by this; false where it was there, left or not. */
  arrive(community: AccountRef, locale: string | null, now: Temporal.Instant): Promise<boolean>;
  /** The bot is in it no more. One that was left before keeps its instant; one that is unknown stays so. */
  leave(community: AccountRef, now: Temporal.Instant): Promise<void>;
  /** The platform calls it `to` from now on. What is kept under that name already goes; one that is unknown stays so. */
  move(community: AccountRef, to: string): Promise<void>;
}
