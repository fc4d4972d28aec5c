import type { CommunityId, MemberId } from '../values/ids.ts';
import type { Temporal } from '../values/time.ts';
import type { ConsentKind } from './consent.ts';

/** What a community's moderators may be told about a member. */
export type ToldKind = 'alerts';

interface ConsentsRead {
  /** null: not asked yet. */
  inCommunity(member: MemberId, community: CommunityId, kind: ToldKind): Promise<boolean | null>;
}

interface Consents extends ConsentsRead {
  /** Saves the consent for a kind of data, in all communities. */
  answer(member: MemberId, kind: ConsentKind, agrees: boolean): Promise<void>;
  answerInCommunity(
    member: MemberId,
    community: CommunityId,
    kind: ToldKind,
    agrees: boolean,
    at: Temporal.Instant,
  ): Promise<void>;
}

declare module '../conversation/store.ts' {
  interface Rooms {
    consents: { read: ConsentsRead; write: Consents };
  }
}
