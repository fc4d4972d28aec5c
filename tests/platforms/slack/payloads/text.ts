import { z } from 'zod';

/**
 * Text objects, with the limits of https://docs.slack.dev/reference/block-kit/composition-objects/text-object
 * and the syntax of https://docs.slack.dev/messaging/formatting-message-text
 */

const longest = 3000;

/** Text that a person is to read: never blank. */
export function words(maxLength: number) {
  return z.string().max(maxLength).regex(/\S/, 'must not be blank');
}

export function plainText(maxLength = longest) {
  return z.strictObject({ type: z.literal('plain_text'), text: words(maxLength), emoji: z.boolean().optional() });
}

export function mrkdwn(maxLength = longest) {
  return z.strictObject({
    type: z.literal('mrkdwn'),
    text: formatted(words(maxLength)),
    verbatim: z.boolean().optional(),
  });
}

export function anyText(maxLength = longest) {
  return z.discriminatedUnion('type', [plainText(maxLength), mrkdwn(maxLength)]);
}

/** Text that Slack reads as mrkdwn. */
export function formatted(text: z.ZodString) {
  return text.superRefine((given, context) => {
    for (const message of problemsOfMrkdwn(given)) context.addIssue({ code: 'custom', message });
  });
}

/** Of a date: https://docs.slack.dev/messaging/formatting-message-text */
const dateTokens = new Set([
  '{date_num}',
  '{date}',
  '{date_short}',
  '{date_long}',
  '{date_pretty}',
  '{date_short_pretty}',
  '{date_long_pretty}',
  '{time}',
  '{time_secs}',
  '{ago}',
]);

const address = String.raw`https?:\/\/[^\s|^]+`;
const link = /^https?:\/\/[^\s|]+\|[^|\n]*[^|\s][^|\n]*$/;
const person = /^@[UW][A-Z0-9]+$/;
/** Seconds: eleven digits reach the year 5138, milliseconds have thirteen. */
const date = new RegExp(String.raw`^!date\^\d{1,11}\^(?<format>[^|^]+)(\^${address})?\|[^|\n]*[^|\s][^|\n]*$`);

/** `&`, `<` and `>` are escaped, or part of what Slack reads as an entity; nobody is pinged in bulk. */
function problemsOfMrkdwn(text: string): string[] {
  const entities = [...text.matchAll(/<([^<>]*)>/g)].flatMap(([whole, entity = '']) => {
    const found = problemOfEntity(entity);
    return found === null ? [] : [`${found}: ${whole}`];
  });
  const stray = text.replaceAll(/<[^<>]*>/g, '').match(/[<>]/g) ?? [];
  const ampersands = text.match(/&(?!(?:amp|lt|gt);)/g) ?? [];
  return [
    ...entities,
    ...[...new Set(stray)].map((each) => `${each} must be escaped`),
    ...(ampersands.length > 0 ? ['& must be escaped'] : []),
  ];
}

function problemOfEntity(entity: string): string | null {
  if (link.test(entity) || person.test(entity)) return null;
  if (/^!(channel|here|everyone|subteam)\b/.test(entity)) return 'pings more than one';
  if (entity.startsWith('!date')) return problemOfDate(entity);
  if (/^https?:/.test(entity)) return 'a link needs an address, one | and a label of one line';
  return 'not an entity that may be sent';
}

function problemOfDate(entity: string): string | null {
  const format = date.exec(entity)?.groups?.['format'];
  if (format === undefined) return 'a date is <!date^SECONDS^FORMAT^LINK|FALLBACK>';
  const tokens = format.match(/\{[^{}]*\}/g) ?? [];
  if (tokens.length === 0) return 'a date needs a token in its format';
  const unknown = tokens.find((each) => !dateTokens.has(each));
  return unknown === undefined ? null : `a date has no token ${unknown}`;
}
