import { askToKeep } from '../consent/ask.ts';
import { cravingNow, someStrategy } from '../coping/buttons.ts';
import { actions, type Block, facts, heading, small, text, type View, view } from '../language/view.ts';
import type { Words } from '../language/words/words.ts';
import { aMeeting } from '../meetings/buttons.ts';
import { aPerson, getHelpNow } from '../safety/buttons.ts';
import { assertNever } from '../values/errors.ts';
import type { Day } from '../values/time.ts';
import { tellMood, tellMore, usedToday, yesterdayToo } from './buttons.ts';
import type { CheckIn, Details } from './checkin.ts';
import { average, careFor, hasDetails } from './rules.ts';
import type { Streak } from './streak.ts';

export interface CheckedIn {
  readonly words: Words;
  readonly day: 'today' | 'yesterday';
  readonly date: Day;
  /** Whether the day already had a check-in. */
  readonly again: boolean;
  readonly streak: Streak;
  readonly said: Details;
  /**
   * Consent for the details. 'ask': this answer asks; 'later': no answer yet, and no question now; 'yes' and 'no': the
   * member's answer.
   */
  readonly keeping: 'ask' | 'later' | 'yes' | 'no';
  /** Yesterday, if it can still be filled in. */
  readonly yesterdayOpen: Day | null;
}

export function checkedInView(checkedIn: CheckedIn): View {
  const { words, day, date, again, said, keeping, yesterdayOpen } = checkedIn;
  // After a no, the answer quotes nothing, because answers are stored for repeats.
  const rows = keeping === 'no' ? [] : saidRows(said, words);
  // Asks for nothing more after a no, or in a hard moment.
  const asksMore = keeping !== 'ask' && keeping !== 'no' && careFor(said) === 'none';
  return view(
    heading(words.text(`check-in.${again ? 'again' : 'done'}-${day}`)),
    text(whereYouStand(checkedIn)),
    rows.length === 0 ? null : facts(rows),
    care(said, words),
    keeping === 'ask' ? askToKeep(words, rows.length > 0) : null,
    keeping === 'no' && hasDetails(said) ? small(words.text('keep.declined')) : null,
    said.mood === undefined && asksMore ? moodScale(date, words) : null,
    actions(
      !asksMore ? null : tellMore.labelled(words.text(`check-in.tell-more-${day}`), date),
      yesterdayOpen === null ? null : yesterdayToo.labelled(words.text('check-in.yesterday-too'), yesterdayOpen),
      keeping === 'ask' || said.used === true ? null : usedToday.labelled(words.text('check-in.used'), date),
      getHelpNow(words),
    ),
  );
}

/** The words speak of beginning, not of losing. */
function whereYouStand({ words, again, streak }: CheckedIn): string {
  const { inARow, total } = streak;
  if (total === 1 && !again) return words.text('streak.first', { inARow });
  if (inARow === 1 && !again) return words.text('streak.new-beginning', { inARow, total });
  return words.text('streak.in-a-row', { inARow, total });
}

function saidRows({ mood, craving, confidence, feelings = [], note }: Details, words: Words): [string, string][] {
  const outOf = (value: number, max: number) => words.text('scale.value', { value, max });
  const rows: [string, string | undefined][] = [
    [words.text('field.mood'), mood === undefined ? undefined : outOf(mood, 5)],
    [words.text('field.craving'), craving === undefined ? undefined : outOf(craving, 10)],
    [words.text('field.confidence'), confidence === undefined ? undefined : outOf(confidence, 10)],
    [
      words.text('field.feelings'),
      feelings.length === 0 ? undefined : words.list(feelings.map((feeling) => words.text(`feeling.${feeling}`))),
    ],
    [words.text('field.note'), note],
  ];
  return rows.filter((row): row is [string, string] => row[1] !== undefined);
}

function care(said: Details, words: Words): readonly Block[] {
  const what = careFor(said);
  switch (what) {
    case 'none':
      return [];
    case 'offer':
      return [text(words.text('care.offer')), actions(someStrategy(words), aMeeting(words), aPerson(words))];
    case 'person-first':
      return [text(words.text('care.person-first')), actions(aPerson(words), cravingNow(words), aMeeting(words))];
    case 'used':
      return [
        text(words.text('care.used')),
        text(words.text('care.tolerance')),
        actions(aPerson(words), someStrategy(words), aMeeting(words)),
        small(words.text('care.nothing-more')),
      ];
    default:
      return assertNever(what);
  }
}

function moodScale(date: Day, words: Words): Block {
  const label = words.text('field.mood');
  const steps = ([1, 2, 3, 4, 5] as const).map((value) => ({
    ...tellMood.labelled(words.text(`mood.${value}`), date, value),
    value,
  }));
  return { kind: 'scale', label, steps };
}

export interface Progress {
  readonly words: Words;
  readonly streak: Streak;
  /** Check-ins in the thirty days that end today. */
  readonly recent: readonly CheckIn[];
  readonly checkedInToday: boolean;
  readonly paused: boolean;
}

export const recentDays = 30;

export function progressView({ words, streak, recent, checkedInToday, paused }: Progress, checkIn: Block): View {
  if (streak.first === null)
    return view(heading(words.text('progress.heading')), text(words.text('progress.empty')), checkIn);
  const mood = average(recent, 'mood');
  const craving = average(recent, 'craving');
  const rounded = (value: number) => Math.round(value * 10) / 10;
  return view(
    heading(words.text('progress.heading')),
    text(words.text('streak.in-a-row', { inARow: streak.inARow, total: streak.total })),
    facts([
      [words.text('progress.best'), words.text('progress.in-a-row', { count: streak.best })],
      [words.text('progress.total'), words.text('progress.check-ins', { count: streak.total })],
      [words.text('progress.recent'), words.text('progress.of-days', { count: recent.length, days: recentDays })],
      ...(mood === null
        ? []
        : [[words.text('progress.mood'), words.text('scale.value', { value: rounded(mood), max: 5 })] as const]),
      ...(craving === null
        ? []
        : [[words.text('progress.craving'), words.text('scale.value', { value: rounded(craving), max: 10 })] as const]),
    ]),
    paused ? small(words.text('progress.paused')) : null,
    checkedInToday ? actions(getHelpNow(words)) : checkIn,
  );
}
