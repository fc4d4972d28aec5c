import { z } from 'zod';
import { keeps } from '../consent/consent.ts';
import type { Context } from '../conversation/context.ts';
import type { StoreWrites } from '../conversation/store.ts';
import type { Outcome } from '../language/answer.ts';
import { text, view } from '../language/view.ts';
import type { Member } from '../members/member.ts';
import { type Day, dayText } from '../values/time.ts';
import { type Details, details } from './checkin.ts';
import { daysHere, keepStreak, type MemberDays } from './fold.ts';
import { dayNotesMax, hasDetails, merge } from './rules.ts';
import { checkedInView } from './views.ts';

/** Details that wait for the member's consent. */
const waiting = z.strictObject({ day: dayText, details });

/** How long details wait. Until then the check-in does not contain them. */
const waitingHours = 24;

/**
 * Checks a member in for `day` and shows where they stand. The check-in always counts; its details are saved only with
 * the member's consent.
 */
export function record(
  context: Context,
  chosen: { readonly day: 'today' | 'yesterday' | Day; readonly details: Details },
): Promise<Outcome> {
  const { person, now, words } = context;
  return context.commit(async (tx, member) => {
    const before = await daysHere(tx, member, person, now);
    const day = dayOf(chosen.day, person.today, before.yesterday);
    if (day === null) return { refused: 'too-late', view: view(text(words.text('check-in.too-late'))) };

    const there = before.checkIn(day);
    const agreed = keeps(member, 'details');
    const kept = merge(there?.details ?? {}, agreed === true ? chosen.details : {});
    const held = agreed === null ? await heldWith(tx, context, day, chosen.details) : {};
    if (Math.max(kept.note?.length ?? 0, held.note?.length ?? 0) > dayNotesMax) {
      return { refused: 'bad-input', view: view(text(words.text('check-in.notes-full', { max: dayNotesMax }))) };
    }
    await tx.checkIns.put(member.id, {
      day,
      checkedInAt: there?.checkedInAt ?? now,
      late: there?.late ?? day < person.today,
      details: kept,
    });
    const asks = agreed === null && (before.streak.total === 0 || hasDetails(chosen.details));
    if (hasDetails(held)) await letWait(tx, context, day, held);
    const after = before.with(day);
    await keepStreak(tx, member, after);
    return checkedInView({
      words,
      day: day === person.today ? 'today' : 'yesterday',
      date: day,
      again: there !== null,
      streak: after.streak,
      said: chosen.details,
      keeping: asks ? 'ask' : agreed === null ? 'later' : agreed ? 'yes' : 'no',
      yesterdayOpen: day === person.today && canFillYesterday(after) ? after.yesterday : null,
    });
  });
}

/** Returns null for any other day than today and yesterday, because a button may be old or forged. */
function dayOf(chosen: 'today' | 'yesterday' | Day, today: Day, yesterday: Day): Day | null {
  if (chosen === 'today') return today;
  if (chosen === 'yesterday') return yesterday;
  return chosen === today || chosen === yesterday ? chosen : null;
}

/** Yesterday can be filled in if the member's first check-in was earlier and yesterday was not paused. */
function canFillYesterday({ isCheckedIn, yesterday, paused, streak }: MemberDays): boolean {
  return streak.first !== null && streak.first < yesterday && !isCheckedIn(yesterday) && !paused(yesterday);
}

/** Returns the waiting details of that day, merged with the new ones. */
async function heldWith(tx: StoreWrites, context: Context, day: Day, said: Details): Promise<Details> {
  const before = await readWaiting(tx, context);
  return before?.day === day ? merge(before.details, said) : said;
}

function letWait(tx: StoreWrites, { person, now }: Context, day: Day, held: Details): Promise<void> {
  const expiresAt = now.add({ hours: waitingHours });
  return tx.drafts.put(person.account, 'details', JSON.stringify({ day, details: held }), expiresAt);
}

async function readWaiting(tx: StoreWrites, { person, now }: Context) {
  const payload = await tx.drafts.find(person.account, 'details', now);
  // An unreadable draft of another version is ignored, because the check-in itself is saved.
  return payload === null ? null : (waiting.safeParse(JSON.parse(payload)).data ?? null);
}

/** Ends the wait for consent: a yes saves the waiting details. Returns whether anything was saved. */
export async function settleWaiting(
  tx: StoreWrites,
  member: Member,
  context: Context,
  keep: boolean,
): Promise<boolean> {
  const held = await readWaiting(tx, context);
  await tx.drafts.remove(context.person.account, 'details');
  const checkIn = held === null ? null : await tx.checkIns.find(member.id, held.day);
  if (!keep || held === null || checkIn === null) return false;
  await tx.checkIns.put(member.id, { ...checkIn, details: merge(checkIn.details, held.details) });
  return true;
}
