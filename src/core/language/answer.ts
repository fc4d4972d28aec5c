import type { Field } from './field.ts';
import type { View } from './view.ts';

/** What comes of a request: the adapter shows it. Private or public was decided before: see `Intake.expected`. */
export type Answer =
  /** Acknowledged without words, because this account was told a moment ago that it asks too fast. */
  | { readonly kind: 'nothing'; readonly audience: 'private' }
  | { readonly kind: 'reply'; readonly audience: Audience; readonly view: View }
  /** Takes the place of the message whose button was pressed. */
  | { readonly kind: 'replace'; readonly audience: Audience; readonly view: View }
  /** A form opens. `instead`: what to show where it is too late for that. */
  | { readonly kind: 'open'; readonly form: OpenForm; readonly instead: View }
  | {
      readonly kind: 'refused';
      readonly audience: 'private';
      readonly reason: RefusalReason;
      readonly view: View;
      /** By field, for platforms that show them beside it. */
      readonly problems: readonly FieldProblem[];
    };

/** An answer that is a view. */
export type ShownAnswer = Exclude<Answer, { kind: 'open' | 'nothing' }>;

export type Audience = 'private' | 'channel';

/**
 * Where the answer is to be found again, on a platform whose private answers in a channel vanish: nowhere but here, in the
 * private chat, or in both, for whoever may be in danger.
 */
export type KeepsIn = 'here' | 'chat' | 'both';

/** `help`: someone may be in danger. Never limited, waits for nobody and is sent first; kept for what leads to people. */
export type Urgency = 'usual' | 'help';

export const refusalReasons = [
  'unknown-command',
  'unknown-action',
  'bad-input',
  'not-a-moderator',
  'no-community',
  'too-late',
  'too-fast',
  'too-busy',
  'storage-unavailable',
  'failed',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

interface FieldProblem {
  readonly field: string;
  readonly sentence: string;
}

/** A form for a platform that has them: one modal. */
export interface OpenForm {
  /** Comes back with the answers. */
  readonly token: string;
  readonly step: number;
  readonly stepCount: number;
  readonly title: string;
  readonly fields: readonly OpenField[];
}

export interface OpenField {
  readonly name: string;
  readonly field: Field;
  readonly label: string;
  readonly hint: string;
  /** What was given before, when a form is opened again. */
  readonly given: string;
}

/** What a handler gives back. The inbox makes an answer of it. */
export type Outcome = View | Refusal;

interface Refusal {
  readonly refused: RefusalReason;
  readonly view: View;
}

export function isRefusal(outcome: Outcome): outcome is Refusal {
  return 'refused' in outcome;
}

export function toAnswer(outcome: Outcome, as: { kind: 'reply' | 'replace'; audience: Audience }): ShownAnswer {
  return isRefusal(outcome) ? refused(outcome.refused, outcome.view) : { ...as, view: outcome };
}

export function refused(reason: RefusalReason, shown: View): Answer & { kind: 'refused' } {
  return { kind: 'refused', audience: 'private', reason, view: shown, problems: [] };
}
