import { z } from 'zod';
import { blockList } from './blocks.ts';
import { problemsBySchema } from './parse.ts';
import { formatted } from './text.ts';

/**
 * Messages, with the limits of https://docs.slack.dev/reference/methods/chat.postMessage
 * and https://docs.slack.dev/interactivity/handling-user-interaction
 */

/** In a form it travels as text. */
const flag = z.union([z.boolean(), z.enum(['true', 'false'])]).optional();
const ts = z
  .string()
  .regex(/^\d+\.\d{6}$/, 'not the ts of a message')
  .optional();

const message = z
  .strictObject({
    token: z.string().optional(),
    channel: z.string().min(1).optional(),
    user: z.string().min(1).optional(),
    ts,
    thread_ts: ts,
    reply_broadcast: flag,
    /** Beyond it Slack cuts the text off. */
    text: formatted(z.string().max(40_000)).optional(),
    /** https://docs.slack.dev/reference/block-kit/blocks */
    blocks: blockList(50).optional(),
    mrkdwn: flag,
    unfurl_links: flag,
    unfurl_media: flag,
    /** Slack takes more than these two, and makes mentions of names in plain words: we never ping anyone. */
    parse: z.literal('none', 'would make mentions of plain words').optional(),
    link_names: z.literal([false, 'false', 0, '0'], 'would make mentions of plain words').optional(),
    response_type: z.enum(['ephemeral', 'in_channel']).optional(),
    replace_original: flag,
    delete_original: flag,
    /** https://docs.slack.dev/messaging/message-metadata */
    metadata: z
      .strictObject({ event_type: z.string().min(1), event_payload: z.record(z.string(), z.unknown()) })
      .optional(),
    client_msg_id: z.string().optional(),
  })
  .superRefine(({ text = '', blocks = [], delete_original: deletes }, context) => {
    if (text.trim() !== '' || deletes === true || deletes === 'true') return;
    context.addIssue(
      blocks.length > 0
        ? { code: 'custom', path: ['text'], message: 'blocks need a text for notifications and screen readers' }
        : { code: 'custom', message: 'neither text nor blocks' },
    );
  });

export function problemsOfMessage(body: unknown): string[] {
  return problemsBySchema(message, body);
}
