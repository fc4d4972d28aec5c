import { describe, expect, it } from 'vitest';
import type { Doubt, LeasedSending, Owner } from '../../src/core/outbox/delivery.ts';
import { wayOut } from '../../src/core/outbox/doubts.ts';
import type { AccountId, CommunityId, MemberId } from '../../src/core/values/ids.ts';

const harbor: Owner = { kind: 'community', community: 'harbor' as CommunityId };
const newcomer: Owner = { kind: 'member', member: 'newcomer' as MemberId, account: 'theirs' as AccountId };
const says = { route: 'test', args: null };
const inAChannel = { kind: 'post', to: { kind: 'channel', channel: 'general' }, says, instead: false } as const;
const toThem = { ...inAChannel, to: { kind: 'owner' } } as const;
const [discordMs, othersMs] = [120_000, 0];

function doubt(sending: LeasedSending, about: Partial<Doubt> = {}): Doubt {
  return { id: 'id', fence: 1, platform: 'memory', owner: harbor, sending, sinceBegunMs: 0, again: 0, ...about };
}

describe('a message of which nobody knows whether it arrived', () => {
  it('is asked again where that cannot make a second one, and only for as long as that is so', () => {
    const never = { whenUncertain: 'leave' } as const;
    expect(wayOut(doubt(inAChannel), never, discordMs)).toBe('ask-again');
    expect(wayOut(doubt(inAChannel, { sinceBegunMs: 100_000 }), never, discordMs)).toBe('leave');
    expect(wayOut(doubt(inAChannel), never, othersMs)).toBe('leave');
    expect(wayOut(doubt({ kind: 'edit', says }), never, othersMs)).toBe('ask-again');
    expect(wayOut(doubt({ kind: 'remove' }), null, othersMs)).toBe('ask-again');
  });

  it('is sent again twice at most where twice is better than never', () => {
    const alert = { whenUncertain: 'again' } as const;
    expect([0, 1, 2].map((again) => wayOut(doubt(inAChannel, { again }), alert, othersMs))).toEqual([
      'post-again',
      'post-again',
      'leave',
    ]);
  });

  it('is asked about in the place where it was to be, and never where it was for one member', () => {
    const prompt = { whenUncertain: 'ask' } as const;
    expect(wayOut(doubt(inAChannel), prompt, othersMs)).toBe('ask');
    expect(wayOut(doubt(toThem, { owner: newcomer }), prompt, othersMs)).toBe('leave');
    expect(wayOut(doubt(inAChannel, { owner: newcomer }), prompt, othersMs)).toBe('leave');
    expect(wayOut(doubt(toThem), prompt, othersMs)).toBe('leave');
  });

  it('is left alone where nobody knows any more what kind it was', () => {
    expect(wayOut(doubt(inAChannel), null, othersMs)).toBe('leave');
  });
});
