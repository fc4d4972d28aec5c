/**
 * The states of a delivery:
 *
 *   pending → leased → sending → sent | refused | uncertain | skipped
 *
 * A lease is one process's right to a delivery for a while. Each lease raises the fence, so that a process that slept
 * past its lease can change nothing any more. "uncertain" means that nobody knows whether the platform has it.
 */
export type DeliveryState = 'pending' | 'leased' | 'sending' | 'sent' | 'refused' | 'uncertain' | 'skipped';

interface Move {
  readonly from: readonly DeliveryState[];
  readonly to: DeliveryState;
}

/** Every change of state that there is. The storage builds its statements from this table. */
export const moves = {
  lease: { from: ['pending'], to: 'leased' },
  /** The last step before the first byte is sent. */
  begin: { from: ['leased'], to: 'sending' },
  giveBack: { from: ['leased'], to: 'pending' },
  /** It was cancelled, superseded or too late, or its template says that it is no longer wanted. */
  skip: { from: ['pending', 'leased'], to: 'skipped' },
  // Out of a doubt too, because a receipt may come late, while nobody has decided.
  sent: { from: ['sending', 'uncertain'], to: 'sent' },
  /** By the platform, or from `leased` because it cannot be rendered. */
  refuse: { from: ['leased', 'sending', 'uncertain'], to: 'refused' },
  /** The platform asked to wait, or certainly did not get it. */
  later: { from: ['sending', 'uncertain'], to: 'pending' },
  doubt: { from: ['sending'], to: 'uncertain' },
  /** The lease ended before anything was sent. */
  expireLeased: { from: ['leased'], to: 'pending' },
  /** The lease ended while it was being sent. */
  expireSending: { from: ['sending'], to: 'uncertain' },
  /** Asked again with the same id, because that cannot make a second message. */
  askAgain: { from: ['uncertain'], to: 'pending' },
} as const satisfies Record<string, Move>;

export type MoveName = keyof typeof moves;
