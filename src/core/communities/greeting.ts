import { z } from 'zod';
import type { StoreWrites } from '../conversation/store.ts';
import { actions, view } from '../language/view.ts';
import { defineTemplate } from '../outbox/template.ts';
import type { Limits, Welcome } from '../platform/platform.ts';
import type { CommunityId } from '../values/ids.ts';
import type { Temporal } from '../values/time.ts';
import { checklistIn, lineIn } from './setup.ts';

/** A greeting that could not be sent for so long would only surprise. */
const greetWithinHours = 24;

/** For the person who installed the bot. A missing greeting is better than a second one. */
export const checklistGreeting = defineTemplate({
  route: 'communities.checklist',
  args: z.object({ groups: z.boolean() }),
  whenUncertain: 'leave',
  unasked: false,
  render: async ({ groups }, { words }) => checklistIn(words, { hasModeratorGroups: groups }),
});

/** For everybody. `door`: a link to the bot's private chat. */
export const lineGreeting = defineTemplate({
  route: 'communities.line',
  args: z.object({ door: z.string().nullable() }),
  whenUncertain: 'leave',
  unasked: false,
  render: async ({ door }, { words }) =>
    view(
      lineIn(words).blocks,
      door === null ? null : actions({ kind: 'link', label: words.text('chat.open'), href: door }),
    ),
});

interface Greeted {
  readonly platform: string;
  readonly community: CommunityId;
  readonly now: Temporal.Instant;
}

/** Adds the greeting of a new community: the checklist to its installer, and a line in its channel if it needs one. */
export async function addGreeting(
  { outbox }: Pick<StoreWrites, 'outbox'>,
  { platform, community, now }: Greeted,
  { installer, channel, lineWhen, door }: Welcome,
  { hasModeratorGroups: groups }: Pick<Limits, 'hasModeratorGroups'>,
): Promise<void> {
  const common = {
    platform,
    owner: { kind: 'community', community },
    dueAt: null,
    notAfter: now.add({ hours: greetWithinHours }),
    urgent: false,
  } as const;
  const key = (what: string) => [`greeting ${community}`, what] as const;
  if (installer !== null) {
    const to = { kind: 'person', account: installer } as const;
    const says = checklistGreeting.says({ groups });
    await outbox.add({ ...common, key: key('checklist'), sending: { kind: 'post', to, says } });
  }
  if (channel === null) return;
  const insteadOf = installer === null || lineWhen === 'always' ? undefined : key('checklist');
  const sending = { kind: 'post', to: { kind: 'channel', channel }, says: lineGreeting.says({ door }) } as const;
  await outbox.add({
    ...common,
    key: key('line'),
    sending: insteadOf === undefined ? sending : { ...sending, insteadOf },
  });
}
