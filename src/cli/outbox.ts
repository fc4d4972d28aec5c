import type { Command } from 'commander';
import type { StoreReads } from '../core/conversation/store.ts';
import type { JobRun } from '../core/jobs/store.ts';
import type { DeliveryState } from '../core/outbox/states.ts';
import type { Failed } from '../core/outbox/store.ts';
import { type ExitCode, exitCodes, toTheEnd } from '../exit.ts';
import { besideBot } from './beside-bot.ts';

export function addOutbox(handrail: Command): void {
  handrail
    .command('outbox')
    .description('what the bot sends by itself: what waits, what was refused, and what is uncertain')
    .option('--json', 'print one JSON object', false)
    .addHelpText(
      'after',
      '\nIt may run beside the bot, and changes nothing. It shows no person, no channel and no message.',
    )
    .action(({ json }: { json: boolean }) => toTheEnd(() => showOutbox(json)));
}

async function showOutbox(json: boolean): Promise<ExitCode> {
  const seen = await besideBot({ makes: false }, look);
  process.stdout.write(json ? `${JSON.stringify(seen, null, 2)}\n` : inWords(seen));
  return exitCodes.ok;
}

/** How many refused and uncertain deliveries are listed. */
const failedMax = 20;

/** What an operator calls the states of a delivery. A lease is no news to them. */
const stateNames = {
  pending: 'waiting',
  leased: 'waiting',
  sending: 'beingSent',
  sent: 'sent',
  refused: 'refused',
  skipped: 'skipped',
  uncertain: 'uncertain',
} as const satisfies Record<DeliveryState, string>;

type Counts = Record<(typeof stateNames)[DeliveryState], number>;

/** What `--json` prints. */
interface Seen {
  readonly platforms: Readonly<Record<string, Counts>>;
  /** null: none is due. */
  readonly oldestDueSeconds: number | null;
  /** The newest first. */
  readonly failed: readonly SeenFailed[];
  readonly jobs: readonly SeenJob[];
}

interface SeenFailed {
  /** ISO, UTC. */
  readonly at: string;
  readonly id: string;
  readonly platform: string;
  readonly state: 'refused' | 'uncertain';
  readonly to: 'member' | 'community';
  /** Which kind of message. null for a member's, because that alone may tell something of them, and if it is unreadable. */
  readonly template: string | null;
  /** null: unknown, or it is uncertain. */
  readonly reason: ShownReason | null;
  /** What was done about an uncertain one. null: nothing yet. */
  readonly settled: Failed['settled'];
}

interface SeenJob {
  readonly name: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** 'unfinished': it still runs, or its process ended before it did. */
  readonly end: 'succeeded' | 'failed' | 'unfinished';
  readonly lastError: string | null;
}

async function look({ outbox, jobs }: Pick<StoreReads, 'outbox' | 'jobs'>): Promise<Seen> {
  const oldestDueMs = await outbox.oldestDueMs();
  return {
    platforms: byPlatform(await outbox.counts()),
    oldestDueSeconds: oldestDueMs === null ? null : Math.round(oldestDueMs / 1_000),
    failed: (await outbox.failed(failedMax)).map(withoutSecrets),
    jobs: (await jobs.all()).map(jobOf),
  };
}

function byPlatform(counts: readonly { platform: string; state: DeliveryState; count: number }[]): Seen['platforms'] {
  const all: Record<string, Counts> = {};
  for (const { platform, state, count } of counts) {
    all[platform] ??= { waiting: 0, beingSent: 0, sent: 0, refused: 0, skipped: 0, uncertain: 0 };
    all[platform][stateNames[state]] += count;
  }
  return Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => a.localeCompare(b)));
}

/** Why a delivery was refused. Any other reason is a template's own, and may tell what kind of message it was. */
const reasons = {
  'closed-dm': 'takes no private messages from the bot',
  'no-permission': 'the bot may not write there',
  gone: 'the channel, message or account is gone',
  invalid: 'the platform does not take such a message',
  bug: 'an error of the bot: its log says more',
} as const;
type ShownReason = keyof typeof reasons | 'other';

function withoutSecrets({ at, id, platform, state, toMember, template, reason, settled }: Failed): SeenFailed {
  return {
    at,
    id,
    platform,
    state: state === 'uncertain' ? 'uncertain' : 'refused',
    to: toMember ? 'member' : 'community',
    template: toMember ? null : template,
    reason: reason === null ? null : isShown(reason) ? reason : 'other',
    settled,
  };
}

function isShown(reason: string): reason is keyof typeof reasons {
  return Object.hasOwn(reasons, reason);
}

function jobOf({ name, startedAt, endedAt, lastError }: JobRun): SeenJob {
  const end = endedAt === null ? 'unfinished' : lastError === null ? 'succeeded' : 'failed';
  return { name, startedAt: startedAt.toString(), endedAt: endedAt?.toString() ?? null, end, lastError };
}

function inWords({ platforms, oldestDueSeconds, failed, jobs }: Seen): string {
  const counted = Object.entries(platforms).map(([name, counts]) => `${name}: ${countsInWords(counts)}`);
  const due =
    oldestDueSeconds === null
      ? 'Nothing is late: none is due now.'
      : `The oldest one that is due has been waiting for ${duration(oldestDueSeconds)}.`;
  const lines = [
    ...(counted.length === 0
      ? ['All is quiet: nothing waits, and the bot has sent nothing by itself lately.']
      : counted),
    ...(counted.length === 0 ? [] : [due]),
    ...(failed.length === 0
      ? []
      : ['', 'The last that were refused or are uncertain (times in UTC):', ...table(failed)]),
    ...(jobs.length === 0 ? [] : ['', 'Jobs (times in UTC):', ...jobs.map(jobInWords)]),
  ];
  return `${lines.join('\n')}\n`;
}

function countsInWords({ beingSent, ...counts }: Counts): string {
  const { waiting, ...ended } = counts;
  return Object.entries({ waiting, 'being sent': beingSent, ...ended })
    .map(([state, count]) => `${count} ${state}`)
    .join(', ');
}

/** One line each, in columns. */
function table(failed: readonly SeenFailed[]): readonly string[] {
  const rows = failed.map((one) => [timeOf(one.at), one.id, one.platform, kindOf(one), one.state, whyOf(one)]);
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

function kindOf({ to, template }: SeenFailed): string {
  return to === 'member' ? 'to a member' : (template ?? 'unreadable');
}

const settledInWords = {
  asked: 'moderators were asked',
  left: 'left as it is',
  again: 'sent again as a new one',
} as const;

function whyOf({ state, reason, settled }: SeenFailed): string {
  if (state === 'uncertain') return settled === null ? 'not looked at yet' : settledInWords[settled];
  if (reason === null) return 'its data could not be read';
  return reason === 'other' ? 'for another reason' : reasons[reason];
}

function jobInWords({ name, startedAt, end, lastError }: SeenJob): string {
  const how = {
    succeeded: 'ended well',
    failed: `failed: ${lastError}`,
    unfinished: 'still runs, or its process ended before it did',
  };
  return `  ${name}: last run ${timeOf(startedAt)}, ${how[end]}`;
}

function timeOf(iso: string): string {
  return iso.slice(0, 'YYYY-MM-DDTHH:MM:SS'.length).replace('T', ' ');
}

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** In the largest unit of which there are two or more, because "1 hour" might be nearly two. */
function duration(seconds: number): string {
  const [unit, length] = units.find(([, length]) => seconds >= 2 * length) ?? ['second', 1];
  const count = Math.floor(seconds / length);
  return new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'long' }).format(count);
}
