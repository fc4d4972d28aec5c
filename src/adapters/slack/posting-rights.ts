import type { Place } from '../../core/language/request.ts';
import type { PostingRight } from '../../core/platform/platform.ts';
import { failureOf } from './failure.ts';
import { readName } from './names.ts';
import { retry } from './retry.ts';
import type { Web } from './web.ts';

const askWithinMs = 5_000;

/** https://docs.slack.dev/reference/objects/conversation-object */
interface Conversation {
  readonly is_im?: boolean;
  readonly is_mpim?: boolean;
  readonly is_archived?: boolean;
  readonly is_member?: boolean;
  readonly is_read_only?: boolean;
  /** With another workspace of the same organisation, or with another organisation. */
  readonly is_shared?: boolean;
  readonly is_ext_shared?: boolean;
  readonly is_org_shared?: boolean;
  readonly is_pending_ext_shared?: boolean;
}

/**
 * A shared channel counts as elsewhere, because people of another workspace read it. A private channel without the bot
 * looks like one that does not exist.
 */
export async function mayPost(web: Web, place: Place, community: string): Promise<PostingRight> {
  // No request comes from a thread here, so its channel is the only place.
  if (place.kind !== 'channel') return 'elsewhere';
  const { team, id: channel } = readName(place.channel);
  if (team !== community || !/^[CG][A-Z0-9]{1,20}$/.test(channel)) return 'elsewhere';
  const signal = AbortSignal.timeout(askWithinMs);
  const ask = () =>
    web.call<{ channel: Conversation }>(team, 'conversations.info', { channel }, signal).then((found) => found.channel);
  try {
    return rightIn(await retry(signal, ask));
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === 'bug') throw error;
    return failure.kind === 'refused' && failure.reason === 'channel_not_found' ? 'elsewhere' : 'unknown';
  }
}

function rightIn(found: Conversation): PostingRight {
  const isShared = found.is_shared || found.is_ext_shared || found.is_org_shared || found.is_pending_ext_shared;
  if (found.is_im === true || found.is_mpim === true || isShared === true) return 'elsewhere';
  return found.is_member === true && found.is_archived !== true && found.is_read_only !== true
    ? 'yes'
    : 'no-permission';
}
