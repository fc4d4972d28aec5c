import { HandrailError } from '../../core/values/errors.ts';
import type { Log } from '../../core/values/log.ts';
import { reasonOf, wordOf } from './failure.ts';
import { pause } from './retry.ts';
import type { Web } from './web.ts';

const askWithinMs = 15_000;

/**
 * Errors that an operator must fix, because a retry cannot: https://docs.slack.dev/reference/methods/auth.test#errors
 */
const refusals = ['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired'];

/**
 * The ID of the workspace whose token is in the settings, once Slack can be reached; null if the bot stops first.
 * @throws HandrailError('bad-configuration') if Slack does not accept the token
 */
export async function ownTeam(web: Web, stopping: AbortSignal, log: Log): Promise<string | null> {
  for (let tries = 0; ; tries += 1) {
    try {
      const signal = AbortSignal.any([stopping, AbortSignal.timeout(askWithinMs)]);
      return (await web.call<{ team_id: string }>('', 'auth.test', {}, signal)).team_id;
    } catch (error) {
      if (stopping.aborted) return null;
      const said = wordOf(error);
      if (said !== null && refusals.includes(said)) {
        const sentence = `Slack: the token in SLACK_BOT_TOKEN (or SLACK_BOT_TOKEN_FILE) is not accepted (${said}). It begins with xoxb-. Copy it anew from the page OAuth & Permissions of your app, and start again.`;
        throw new HandrailError('bad-configuration', sentence, { cause: error });
      }
      log.warn('slack cannot be reached, and is tried again', { platform: 'slack', reason: reasonOf(error), error });
      if (!(await pause(tries, stopping))) return null;
    }
  }
}
