import { Temporal } from '../../src/core/values/time.ts';
import type { Answered, Asked } from './bot.js';

const firstDay = Temporal.Instant.from('2026-01-01T12:00Z');

/** One thing that a member asks, and what came of it. */
export interface RequestBody {
  readonly asking: Asked;
  readonly member: string;
  /** null: not a check-in, but the yes to keeping what is said. */
  readonly checkIn: { readonly day: string; readonly note: string; readonly beginsWith: string } | null;
  sent: number;
  answer: string | null;
  /** When the process began that first answered, in milliseconds since 1970. */
  answeredByProcessOf: number;
}

/** What all members ask, one after the other, and what they saw acknowledged: it is kept outside whatever is killed. */
export class Ledger {
  readonly members: ReadonlyMap<string, readonly RequestBody[]>;
  /** What no member should ever have seen. */
  readonly wrong: string[] = [];
  refusals = 0;
  checkInsAnswered = 0;
  readonly #byId = new Map<string, RequestBody>();
  /** Members whose last request was answered, or lost with the process. */
  readonly #free: string[];
  /** Copies of a request that are on their way; never two requests of one member at once. */
  readonly #underWay = new Map<string, number>();
  #unanswered: number;

  /** @param checkIns at least one for each member, spread evenly */
  constructor(members: number, checkIns: number) {
    const names = Array.from({ length: members }, (_, i) => `member-${i + 1}`);
    this.members = new Map(names.map((name, i) => [name, askedBy(name, sizeOfPart(checkIns, members, i))]));
    for (const all of this.members.values()) for (const asked of all) this.#byId.set(asked.asking.id, asked);
    this.#free = names;
    this.#unanswered = this.#byId.size;
  }

  get all(): readonly RequestBody[] {
    return [...this.#byId.values()];
  }

  get underWay(): number {
    return [...this.#underWay.values()].reduce((sum, copies) => sum + copies, 0);
  }

  /** How many requests nobody has seen an answer to yet. */
  get unanswered(): number {
    return this.#unanswered;
  }

  /** The next request of somebody who waits for nothing, as often as `copies`; empty where there is nobody. */
  take(copies: number): readonly Asked[] {
    for (let name = this.#free.shift(); name !== undefined; name = this.#free.shift()) {
      const next = this.members.get(name)?.find(({ answer }) => answer === null);
      if (next === undefined) continue;
      next.sent += copies;
      this.#underWay.set(next.asking.id, copies);
      return Array.from({ length: copies }, () => next.asking);
    }
    return [];
  }

  /** @param processBegan of the process that answered, in milliseconds since 1970 */
  note({ id, refused, text }: Answered, processBegan: number): void {
    const asked = this.#byId.get(id);
    if (asked === undefined) throw new Error(`An answer to what nobody asked: ${id}`);
    if (refused === null) this.#acknowledged(asked, text, processBegan);
    else if (refused === 'storage-unavailable') this.refusals += 1;
    else this.wrong.push(`${id}: refused (${refused})`);
    const left = (this.#underWay.get(id) ?? 0) - 1;
    if (left > 0) this.#underWay.set(id, left);
    else this.#settle(asked);
  }

  /** The process is gone: what it did not answer is asked again, as a platform does. */
  lost(): void {
    for (const id of this.#underWay.keys()) this.#settle(this.#byId.get(id));
  }

  #settle(asked: RequestBody | undefined): void {
    if (asked === undefined) return;
    this.#underWay.delete(asked.asking.id);
    if (asked.answer === null) this.#free.unshift(asked.member);
    else this.#free.push(asked.member);
  }

  #acknowledged(asked: RequestBody, text: string, processBegan: number): void {
    const { asking, checkIn, answer } = asked;
    if (answer !== null && answer !== text) {
      this.wrong.push(`${asking.id}: asked again, the answer was another one:\n${answer}\n---\n${text}`);
    }
    if (answer !== null) return;
    asked.answer = text;
    this.#unanswered -= 1;
    asked.answeredByProcessOf = processBegan;
    if (checkIn === null) return;
    this.checkInsAnswered += 1;
    if (!text.startsWith(checkIn.beginsWith))
      this.wrong.push(`${asking.id}: not “${checkIn.beginsWith}” but:\n${text}`);
  }
}

function sizeOfPart(whole: number, parts: number, part: number): number {
  return Math.floor(whole / parts) + (part < whole % parts ? 1 : 0);
}

/** A yes to keeping what is said, then a check-in a day. */
function askedBy(member: string, days: number): readonly RequestBody[] {
  const fresh = { member, sent: 0, answer: null, answeredByProcessOf: 0 };
  const consent: Asked = {
    id: `${member} keep`,
    account: member,
    at: String(firstDay),
    asked: { kind: 'typed', name: 'settings', rest: 'keep:yes' },
  };
  const checkIns = Array.from({ length: days }, (_, i): RequestBody => {
    const at = firstDay.add({ hours: 24 * i });
    const note = `${member} n${i + 1}`;
    const asked = { kind: 'command', name: 'checkin', options: { note } } as const;
    // A check-in that was lost would make the count smaller, and one that was done twice the heading another.
    const count = i === 0 ? '1 check-in in a row. That is your first one' : `${i + 1} check-ins in a row.`;
    const checkIn = { day: String(at).slice(0, 10), note, beginsWith: `Checked in\n${count}` };
    return { ...fresh, asking: { id: note, account: member, at: String(at), asked }, checkIn };
  });
  return [{ ...fresh, asking: consent, checkIn: null }, ...checkIns];
}
