import { toPlainText } from '../language/plain-text.ts';
import type { View } from '../language/view.ts';
import type { Delivery, Destination } from '../platform/platform.ts';
import { noContact } from './contact.ts';
import type { Leased } from './delivery.ts';
import type { Outlet } from './outlet.ts';
import type { Skip, Template } from './template.ts';

/** A delivery in the words of now, or why there is none. `unasked`: it counts for the rule in contact.ts. */
export type Rendered =
  | { readonly kind: 'ready'; readonly delivery: Delivery; readonly unasked: boolean }
  | { readonly kind: 'skipped'; readonly reason: string };

/** @throws what the template throws, and for a template that nobody knows */
export async function renderDelivery(
  leased: Leased,
  outlet: Outlet,
  templateOf: (route: string) => Template | undefined,
): Promise<Rendered> {
  const { id, sending, overdue } = leased;
  const after = leased.after?.sent ?? null;
  if (overdue !== null) return skipped(overdue);
  if (sending.kind === 'remove')
    return after === null ? nothingThere : ready({ kind: 'remove', id, message: after.message });
  if (sending.kind === 'post' && sending.instead && leased.after?.state !== 'refused') return skipped('not-needed');
  const template = templateOf(sending.says.route);
  if (template === undefined) throw new Error(`No room has the template ${sending.says.route}`);
  const unasked = leased.owner.kind === 'member' && template.unasked;
  const said = await sayOf(template, sending.says.args, leased, outlet, unasked);
  if ('skip' in said) return skipped(said.skip);
  if (sending.kind === 'post') {
    const to = destinationOf(leased);
    return to === null ? nothingThere : ready({ kind: 'post', id, to, view: said }, unasked);
  }
  if (after === null) return nothingThere;
  const { message } = after;
  return sending.kind === 'edit'
    ? ready({ kind: 'edit', id, message, view: said })
    : ready({ kind: 'thread', id, message, name: toPlainText(said) });
}

async function sayOf(
  template: Template,
  args: unknown,
  { owner, ref, locale, now, urgent }: Leased,
  { deps }: Outlet,
  unasked: boolean,
): Promise<View | Skip> {
  const { store, content } = deps;
  if (owner.kind === 'member' && unasked) {
    const account = await store.members.find(ref);
    if (account === null) return { skip: 'gone' };
    const [contact, pauses] = [await store.contacts.of(owner.member), await store.members.pauses(owner.member)];
    const reason = noContact({ account, contact, pauses, urgent, now });
    if (reason !== null) return { skip: reason };
  }
  return template.render(template.args.parse(args), { ...deps, words: content.wordsFor(locale), now, owner, ref });
}

/** null: the thread that it goes to was not opened. */
function destinationOf({ sending, ref, after }: Leased): Destination | null {
  if (sending.kind !== 'post') return null;
  const { to } = sending;
  switch (to.kind) {
    case 'owner':
      return { kind: 'member', account: ref.key };
    case 'person':
      return { kind: 'member', account: to.account };
    case 'thread-of':
      return after?.sent?.thread ?? null;
    default:
      return to;
  }
}

function ready(delivery: Delivery, unasked = false): Rendered {
  return { kind: 'ready', delivery, unasked };
}

function skipped(reason: string): Rendered {
  return { kind: 'skipped', reason };
}

/** The post that it changes, or the thread that it goes to, was not sent. */
const nothingThere = skipped('nothing-there');
