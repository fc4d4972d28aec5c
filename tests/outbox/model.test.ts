import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { End, Held, Owner } from '../../src/core/outbox/delivery.ts';
import type { DeliveryState } from '../../src/core/outbox/states.ts';
import type { MessageRef } from '../../src/core/platform/platform.ts';
import { volume } from '../support/volume.ts';
import { databases, type OutboxUnderTest, openOutbox, saying } from './outbox.ts';

/** A delivery as somebody would write it down who knows the rules and no SQL. */
interface Row {
  readonly name: string;
  readonly subject: string;
  readonly dueAt: number;
  readonly notAfter: number;
  state: DeliveryState;
  fence: number;
  leasedUntil: number;
  doubt: 'asked' | 'decided' | null;
  id: string | null;
}

/** Everything that a process may try, with a hold that may be long out of date. */
type Act =
  | { kind: 'add'; name: number; subject: number; inTens: number; lateTens: number }
  | { kind: 'lease'; tens: number }
  | { kind: 'begin' | 'giveBack'; hold: number }
  | { kind: 'finish'; hold: number; end: End['kind'] }
  | { kind: 'expire' | 'cancel' | 'wait'; n: number }
  | { kind: 'decide'; hold: number; decision: 'post-again' | 'leave' | 'asked' };

const small = fc.nat({ max: 5 });
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    kind: fc.constant('add' as const),
    name: small,
    subject: fc.nat({ max: 2 }),
    inTens: fc.nat({ max: 3 }),
    lateTens: fc.integer({ min: 1, max: 9 }),
  }),
  fc.record({ kind: fc.constant('lease' as const), tens: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constantFrom('begin' as const, 'giveBack' as const), hold: small }),
  fc.record({
    kind: fc.constant('finish' as const),
    hold: small,
    end: fc.constantFrom('sent', 'refused', 'skipped', 'uncertain', 'later'),
  }),
  fc.record({ kind: fc.constantFrom('expire' as const, 'cancel' as const, 'wait' as const), n: fc.nat({ max: 2 }) }),
  fc.record({
    kind: fc.constant('decide' as const),
    hold: small,
    decision: fc.constantFrom('post-again', 'leave', 'asked') as fc.Arbitrary<'leave'>,
  }),
);

/** All times are tens of seconds, so that the time that the test itself takes changes nothing. */
const ten = 10_000;
const leaseOf = 3 * ten;

/** The rules, in plain sentences. */
class Model {
  readonly rows: Row[] = [];
  now = 0;

  add(name: string, subject: string, dueAt: number, notAfter: number): boolean {
    if (this.rows.some((row) => row.name === name && row.subject === subject)) return false;
    this.rows.push({
      name,
      subject,
      dueAt,
      notAfter,
      state: 'pending',
      fence: 0,
      leasedUntil: 0,
      doubt: null,
      id: null,
    });
    return true;
  }

  due(): readonly Row[] {
    return this.rows.filter(({ state, dueAt }) => state === 'pending' && dueAt <= this.now);
  }

  ours({ id, fence }: Held): Row | null {
    return this.rows.find((row) => row.id === id && row.fence === fence) ?? null;
  }

  begin(hold: Held): boolean {
    const row = this.ours(hold);
    if (row?.state !== 'leased' || row.leasedUntil <= this.now || row.notAfter < this.now) return false;
    Object.assign(row, { state: 'sending', leasedUntil: this.now + leaseOf });
    return true;
  }

  finish(hold: Held, end: End['kind']): boolean {
    const row = this.ours(hold);
    if (row === null || row.doubt === 'decided') return false;
    const may: Record<End['kind'], readonly DeliveryState[]> = {
      sent: ['sending', 'uncertain'],
      refused: ['leased', 'sending', 'uncertain'],
      later: ['sending', 'uncertain'],
      skipped: ['pending', 'leased'],
      uncertain: ['sending'],
    };
    if (!may[end].includes(row.state)) return false;
    row.state = end === 'later' ? 'pending' : end;
    return true;
  }
}

it.each(
  databases,
)('every step leaves a delivery as the rules say, whoever takes it and however late, on %s', async (kind) => {
  const outbox = await openOutbox(kind);
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 40 }), async (acts) => {
      run += 1;
      await follow(outbox, `run-${run}`, acts);
    }),
    { numRuns: volume({ usual: kind === 'SQLite' ? 60 : 15, full: 200, soak: 1_000 }) },
  );
});

/** Takes the same steps with the model and the database, each run on a platform of its own. */
async function follow(outbox: OutboxUnderTest, platform: string, acts: readonly Act[]): Promise<void> {
  const { store, offset } = outbox;
  const here = await store.transaction((tx) => tx.communities.change({ platform, key: 'harbor' }, {}, outbox.in(0)));
  const owner: Owner = { kind: 'community', community: here.id };
  const model = new Model();
  const holds: Held[] = [];
  const startMs = offset.ms;
  const at = (tens: number) => outbox.in(startMs - offset.ms + tens);
  const holdOf = (n: number) => holds[holds.length - 1 - n];
  const names = (prefix: string, n: number) => `${platform} ${prefix}${n}`;

  for (const one of acts) {
    switch (one.kind) {
      case 'add': {
        const [name, subject] = [names('n', one.name), names('s', one.subject)];
        const dueAt = model.now + one.inTens * ten;
        const notAfter = dueAt + one.lateTens * ten + ten / 2;
        // A second early, so that what is due now is due for the database too.
        const added = await addTo(store, {
          platform,
          owner,
          name,
          subject,
          dueAt: at(dueAt - 1_000),
          notAfter: at(notAfter),
        });
        expect(added === 'added').toBe(model.add(name, subject, dueAt, notAfter));
        break;
      }
      case 'lease': {
        const leased = await store.outbox.lease({
          platforms: [platform],
          urgent: false,
          max: 3,
          leaseMs: one.tens * ten + ten / 2,
        });
        const due = model.due();
        expect(leased).toHaveLength(Math.min(3, due.length));
        for (const { id, fence, owner: whose, sending, overdue } of leased) {
          const name = String('says' in sending && sending.says.args);
          const row = due.find((candidate) => `${candidate.subject} ${candidate.name}` === name);
          if (row === undefined) throw new Error(`${name} was leased, and is not due`);
          Object.assign(row, {
            state: 'leased',
            fence: row.fence + 1,
            leasedUntil: model.now + one.tens * ten + ten / 2,
            id,
          });
          expect(fence).toBe(row.fence);
          expect(overdue).toBe(row.notAfter < model.now ? 'too-late' : null);
          holds.push({ id, fence, owner: whose });
        }
        break;
      }
      case 'begin': {
        const hold = holdOf(one.hold);
        if (hold !== undefined) expect(await store.outbox.begin(hold, leaseOf)).toBe(model.begin(hold));
        break;
      }
      case 'giveBack': {
        const hold = holdOf(one.hold);
        if (hold === undefined) break;
        await store.outbox.giveBack(hold, 0, false);
        const row = model.ours(hold);
        if (row?.state === 'leased') row.state = 'pending';
        break;
      }
      case 'finish': {
        const hold = holdOf(one.hold);
        if (hold !== undefined)
          expect(await store.outbox.finish(hold, endOf(one.end))).toBe(model.finish(hold, one.end));
        break;
      }
      case 'expire':
        await store.outbox.expire(false);
        for (const row of model.rows.filter(({ leasedUntil }) => leasedUntil <= model.now)) {
          if (row.state === 'leased') row.state = 'pending';
          else if (row.state === 'sending') row.state = 'uncertain';
        }
        break;
      case 'cancel': {
        const subject = names('s', one.n);
        const waiting = model.rows.filter(
          (row) => row.subject === subject && ['pending', 'leased'].includes(row.state),
        );
        expect(await store.transaction((tx) => tx.outbox.cancel(subject, 'answered'))).toBe(waiting.length);
        for (const row of waiting) row.state = 'skipped';
        break;
      }
      case 'decide': {
        const hold = holdOf(one.hold);
        if (hold === undefined) break;
        const row = model.rows.find(({ id }) => id === hold.id);
        const may = row?.state === 'uncertain' && row.doubt !== 'decided';
        // What is posted again is a delivery of its own, which this model does not follow.
        const decision = one.decision === 'post-again' ? 'leave' : one.decision;
        expect(await store.transaction((tx) => tx.outbox.decide(hold.id, decision, null))).toBe(may);
        if (may) row.doubt = decision === 'asked' ? 'asked' : 'decided';
        break;
      }
      default:
        model.now += one.n * ten;
        offset.ms += one.n * ten;
    }
    const states = new Map<string, number>();
    for (const { state } of model.rows) states.set(state, (states.get(state) ?? 0) + 1);
    const kept = (await store.outbox.counts()).filter((row) => row.platform === platform);
    expect(Object.fromEntries(kept.map(({ state, count }) => [state, count]))).toEqual(Object.fromEntries(states));
  }
}

function addTo(
  store: OutboxUnderTest['store'],
  {
    name,
    subject,
    ...about
  }: {
    platform: string;
    owner: Owner;
    name: string;
    subject: string;
    dueAt: ReturnType<OutboxUnderTest['in']>;
    notAfter: ReturnType<OutboxUnderTest['in']>;
  },
) {
  const sending = {
    kind: 'post',
    to: { kind: 'channel', channel: 'general' },
    says: saying().says(`${subject} ${name}`),
  } as const;
  return store.transaction((tx) => tx.outbox.add({ ...about, key: [subject, name], sending, urgent: false }));
}

function endOf(kind: End['kind']): End {
  switch (kind) {
    case 'sent':
      return { kind, sent: { message: 'message' as MessageRef, thread: null } };
    case 'later':
      return { kind, waitMs: 0 };
    case 'uncertain':
      return { kind };
    default:
      return { kind, reason: 'test' };
  }
}
