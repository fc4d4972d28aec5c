/** Identifiers that look alike and must not be swapped. */
export type MemberId = string & { readonly brand: 'MemberId' };
export type AccountId = string & { readonly brand: 'AccountId' };
export type CommunityId = string & { readonly brand: 'CommunityId' };
