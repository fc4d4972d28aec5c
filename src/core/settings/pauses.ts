import { streaksWith } from '../checkins/fold.ts';
import type { Context } from '../conversation/context.ts';
import type { StoreWrites } from '../conversation/store.ts';
import type { Outcome } from '../language/answer.ts';
import { text, view } from '../language/view.ts';
import type { Member, Pause, Span } from '../members/member.ts';
import { addDays, type Day } from '../values/time.ts';

/** The farthest that a pause may be from today, because a year such as 2206 is a typing error. */
const pauseReachDays = 3_660;

/** The most pauses per member, because each check-in reads all of them. */
const pausesMax = 100;

/** How many of the oldest pauses one change deletes, if earlier versions stored more than `pausesMax`. */
const removedAtOnce = 100;

/** Adds a pause, merged with those that it touches. Returns the refusal if it cannot be added. */
export async function addPause(
  tx: StoreWrites,
  member: Member,
  context: Context,
  given: Day | undefined,
  until: Day | null,
): Promise<Outcome | null> {
  const { person, words } = context;
  const pauses = await tx.members.pauses(member.id);
  // An end without a start belongs to the open pause, or to one that begins today.
  const from = given ?? pauses.find((pause) => pause.until === null)?.from ?? person.today;
  const reach = [addDays(person.today, -pauseReachDays), addDays(person.today, pauseReachDays)] as const;
  const within = [from, until ?? from].every((day) => reach[0] <= day && day <= reach[1]);
  if (!within || (until !== null && until < from)) {
    return { refused: 'bad-input', view: view(text(words.text('problem.pause', { from, until: until ?? '…' }))) };
  }
  const { touching, added } = joined(pauses, { from, until }, person.today);
  const others = pauses.filter((pause) => !touching.includes(pause));
  const surplus = await surplusPauses(tx, member, context, others, added);
  if (surplus === null) {
    return { refused: 'bad-input', view: view(text(words.text('problem.too-many-pauses', { max: pausesMax }))) };
  }
  for (const pause of [...touching, ...surplus]) await tx.members.removePause(member.id, pause.id);
  await tx.members.addPause(member.id, added.from, added.until);
  return null;
}

/**
 * Merges the pause with those that it touches, so that the member sees and ends only one. A new end closes an
 * overlapping open pause.
 */
function joined(pauses: readonly Pause[], given: Span, today: Day): { touching: readonly Pause[]; added: Span } {
  const overlapping = pauses.filter((pause) => overlap(pause, given));
  const overlapped = overlapping.reduce(
    ({ from, until }, pause) => ({
      from: pause.from < from ? pause.from : from,
      until: until !== null && pause.until !== null && pause.until > until ? pause.until : until,
    }),
    given,
  );
  const before = pauses.find((pause) => continues(pause, overlapped, today));
  const after = pauses.find((pause) => continues(overlapped, pause, today));
  return {
    touching: [...overlapping, ...[before, after].filter((pause) => pause !== undefined)],
    added: { from: (before ?? overlapped).from, until: (after ?? overlapped).until },
  };
}

function overlap(one: Span, other: Span): boolean {
  return (one.until === null || other.from <= one.until) && (other.until === null || one.from <= other.until);
}

/**
 * Whether the second pause begins the day after the first ended. An unfinished first or an open second pause stays
 * separate, because an end that is meant for the first must not end the second.
 */
function continues(first: Span, second: Span, today: Day): boolean {
  if (first.until === null || second.until === null || first.until >= today) return false;
  return addDays(first.until, 1) === second.from;
}

/** Returns the oldest pauses to delete for one more; null if the streak would change, or they are not over yet. */
async function surplusPauses(
  tx: StoreWrites,
  member: Member,
  { person, now }: Context,
  others: readonly Pause[],
  added: Span,
): Promise<readonly Pause[] | null> {
  const surplus = others.slice(0, Math.min(Math.max(others.length + 1 - pausesMax, 0), removedAtOnce));
  if (surplus.length === 0) return [];
  if (surplus.some(({ until }) => until === null || until >= person.today)) return null;
  const kept = others.slice(surplus.length);
  const choices = [
    [...others, added],
    [...kept, added],
  ];
  const [before, after] = await streaksWith(tx, member, person, now, choices);
  return before?.inARow === after?.inARow && before?.best === after?.best ? surplus : null;
}
