import type { MessageKey, Words } from '../../core/language/words/words.ts';
import { Temporal, type ZoneId, zoneId } from '../../core/values/time.ts';

/** The user, place and time, which `:` lines change. Only this platform uses the shifted clock. */
export interface Session {
  readonly account: string;
  readonly community: string | null;
  readonly moderator: boolean;
  readonly zone: ZoneId;
  /** How far the session's clock is ahead of the real one. */
  readonly ahead: Temporal.Duration;
}

export interface SessionOptions {
  readonly as?: string | undefined;
  readonly in?: string | undefined;
  readonly role?: string | undefined;
  readonly zone?: string | undefined;
  readonly at?: string | undefined;
}

/** The changed session, or the sentence that says why it cannot change. */
export type Changed = { readonly session: Session; readonly said: string } | { readonly problem: string };

const name = /^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,63}$/u;

/** `:as friend`, `:in harbor`, `:role moderator`, `:zone America/New_York`, `:at 2026-03-08T09:00`. */
export function changeSession(session: Session, line: string, now: Temporal.Instant, words: Words): Changed {
  const [, what = '', value = ''] = /^:(\S*)\s*(.*)$/s.exec(line.trim()) ?? [];
  const problem = (key: ProblemKey): Changed => ({ problem: words.text(key, { given: value.slice(0, 40) }) });
  const changed = (change: Partial<Session>, key: MessageKey & SaidKey, said: string): Changed => ({
    session: { ...session, ...change },
    said: words.text(key, { value: said }),
  });
  switch (what) {
    case 'as':
      return name.test(value) ? changed({ account: value }, 'terminal.as', value) : problem('terminal.bad-name');
    case 'in':
      if (value === '') return { session: { ...session, community: null }, said: words.text('terminal.in-private') };
      return name.test(value) ? changed({ community: value }, 'terminal.in', value) : problem('terminal.bad-name');
    case 'role':
      if (value !== 'moderator' && value !== 'member') return problem('terminal.bad-role');
      return changed({ moderator: value === 'moderator' }, 'terminal.role', value);
    case 'zone': {
      const zone = zoneId(value);
      return zone === null ? problem('terminal.bad-zone') : changed({ zone }, 'terminal.zone', zone);
    }
    case 'at': {
      const at = value === 'now' ? now : instantOf(value, session.zone);
      if (at === null) return problem('terminal.bad-time');
      const ahead = now.until(at);
      return changed({ ahead }, 'terminal.at', clockText(at, session.zone));
    }
    case 'help':
      return { session, said: words.text('terminal.help') };
    default:
      return { problem: words.text('terminal.unknown', { given: what.slice(0, 40) }) };
  }
}

type ProblemKey = 'terminal.bad-name' | 'terminal.bad-role' | 'terminal.bad-zone' | 'terminal.bad-time';
type SaidKey = 'terminal.as' | 'terminal.in' | 'terminal.role' | 'terminal.zone' | 'terminal.at';

export function sessionNow({ ahead }: Session, now: Temporal.Instant): Temporal.Instant {
  return now.add(ahead);
}

/** The session for these options, or a list of problems if they are invalid. */
export function openSession(options: SessionOptions, now: Temporal.Instant, words: Words): Session | readonly string[] {
  const own = zoneId(Intl.DateTimeFormat().resolvedOptions().timeZone) ?? ('UTC' as ZoneId);
  let session: Session = {
    account: 'me',
    community: null,
    moderator: false,
    zone: own,
    ahead: new Temporal.Duration(),
  };
  const problems: string[] = [];
  // The zone comes before the time, because the time is read in it.
  for (const what of ['as', 'in', 'role', 'zone', 'at'] as const) {
    const value = options[what];
    if (value === undefined) continue;
    const result = changeSession(session, `:${what} ${value}`, now, words);
    if ('problem' in result) problems.push(result.problem);
    else session = result.session;
  }
  return problems.length > 0 ? problems : session;
}

function instantOf(value: string, zone: ZoneId): Temporal.Instant | null {
  try {
    return Temporal.PlainDateTime.from(value).toZonedDateTime(zone).toInstant();
  } catch {
    return null;
  }
}

function clockText(at: Temporal.Instant, zone: ZoneId): string {
  const local = at.toZonedDateTimeISO(zone);
  const day = local.toLocaleString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  return `${day}, ${local.toPlainTime().toString({ smallestUnit: 'minute' })} (${zone})`;
}
