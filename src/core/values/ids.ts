/** Branded identifiers, because they look alike and must not be swapped. */
export type MemberId = string & { readonly brand: 'MemberId' };
export type AccountId = string & { readonly brand: 'AccountId' };
export type CommunityId = string & { readonly brand: 'CommunityId' };

/** The key of an account or community. `key` is the platform's own identifier. */
export interface AccountRef {
  readonly platform: string;
  readonly key: string;
}
