import type { AccountRef, Community } from '../members/member.ts';
import type { Temporal } from '../time.ts';

export interface CommunitiesRead {
  find(community: AccountRef): Promise<Community | null>;
}

export interface Communities extends CommunitiesRead {
  /** Made when it is not there yet; what is not given stays as it is. */
  change(
    community: AccountRef,
    settings: Partial<Pick<Community, 'zone' | 'country'>>,
    now: Temporal.Instant,
  ): Promise<Community>;
}
