/** The result of the safety screen over someone's text. */
export interface Concern {
  readonly category: ConcernCategory;
  /** 1: a gentle line. 2: crisis. 3: emergency. */
  readonly tier: 1 | 2 | 3;
}

type ConcernCategory = 'suicide' | 'self-harm' | 'overdose' | 'withdrawal' | 'violence' | 'craving' | 'return-to-use';
