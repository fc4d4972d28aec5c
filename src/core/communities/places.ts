import type { Context } from '../conversation/context.ts';
import type { Outcome } from '../language/answer.ts';
import type { GivenChannel } from '../language/field.ts';
import type { Place, SharedPlace } from '../language/request.ts';
import { actions, type Block, small, text, view } from '../language/view.ts';
import type { Words } from '../language/words/words.ts';
import type { Community } from '../members/member.ts';
import { getHelpNow } from '../safety/buttons.ts';
import { type Posting, postIn, postNowhere } from './buttons.ts';

type Places = Pick<Community, 'checkInPlace' | 'alertPlace'>;

const settings = { checkins: 'checkInPlace', alerts: 'alertPlace' } as const satisfies Record<Posting, keyof Places>;
const labels = { checkins: 'field.checkins', alerts: 'field.alerts' } as const satisfies Record<Posting, string>;
const postings = ['checkins', 'alerts'] as const satisfies readonly Posting[];

/** A place that may be set, or the answer that says why it may not. */
type Checked = { readonly place: SharedPlace | null } | { readonly refusal: Outcome };

/** Where each given channel is, if the bot may post in all of them; otherwise the refusal of the first that fails. */
export async function placesOf(
  given: { readonly [K in Posting]?: GivenChannel | undefined },
  context: Context,
): Promise<{ readonly places: Partial<Places> } | { readonly refusal: Outcome }> {
  let places: Partial<Places> = {};
  for (const posting of postings) {
    const channel = given[posting];
    if (channel === undefined) continue;
    const checked = await placeOf(posting, channel, context);
    if ('refusal' in checked) return checked;
    places = { ...places, ...placed(posting, checked.place) };
  }
  return { places };
}

export function placed(posting: Posting, place: SharedPlace | null): Partial<Places> {
  return { [settings[posting]]: place };
}

async function placeOf(posting: Posting, given: GivenChannel, context: Context): Promise<Checked> {
  if (given === 'none') return { place: null };
  return checkedPlace(posting, given === 'here' ? context.place : { kind: 'channel', channel: given.channel }, context);
}

/** Asks the platform. Only its yes is a yes. */
export async function checkedPlace(
  posting: Posting,
  place: Place,
  { mayPost, words }: Pick<Context, 'mayPost' | 'words'>,
): Promise<Checked> {
  if (place.kind === 'private') return refusal(posting, 'in-private', words);
  const right = await mayPost(place);
  return right === 'yes' ? { place } : refusal(posting, right, words);
}

function refusal(posting: Posting, why: 'in-private' | 'elsewhere' | 'no-permission' | 'unknown', words: Words) {
  const sentence = words.text(`place.${why}`, { field: words.text(labels[posting]) });
  return { refusal: { refused: 'bad-input', view: view(text(sentence), actions(getHelpNow(words))) } } as const;
}

// ---- what is shown

/** Says only whether a place is set, because a platform's identifier means nothing to people. */
export function placeFacts(community: Places, { place, words }: Pick<Context, 'place' | 'words'>) {
  return postings.map((posting) => {
    const there = community[settings[posting]];
    const value = there === null ? 'settings.not-set' : isSame(there, place) ? 'community.set-here' : 'community.set';
    return [words.text(labels[posting]), words.text(value)] as const;
  });
}

export function placeNotes({ checkInPlace, alertPlace }: Places, words: Words): readonly Block[] {
  return [
    ...(alertPlace === null ? [] : [text(words.text('community.who-reads-alerts'))]),
    ...(checkInPlace === null && alertPlace === null ? [] : [small(words.text('community.nothing-posted-yet'))]),
  ];
}

/** The buttons that set a place to where this was asked, and that unset it. */
export function placeButtons(community: Places, { place, words }: Pick<Context, 'place' | 'words'>) {
  return postings.flatMap((posting) => {
    const there = community[settings[posting]];
    const offers = place.kind !== 'private' && (there === null || !isSame(there, place));
    return [
      offers ? postIn.labelled(words.text(`community.${posting}-here`), posting, place.channel, threadOf(place)) : null,
      there === null ? null : postNowhere.labelled(words.text(`community.${posting}-nowhere`), posting),
    ];
  });
}

export function placeIn(channel: string, thread: string | null): SharedPlace {
  return thread === null ? { kind: 'channel', channel } : { kind: 'thread', channel, thread };
}

function threadOf(place: SharedPlace): string | null {
  return place.kind === 'thread' ? place.thread : null;
}

function isSame(one: SharedPlace, other: Place): boolean {
  return other.kind !== 'private' && one.channel === other.channel && threadOf(one) === threadOf(other);
}
