import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../src/core/conversation/store.ts';
import { openTraffic } from '../../src/core/conversation/traffic.ts';
import type { RequestBody } from '../../src/core/language/request.ts';
import { openWorld, type World } from '../support/world.ts';

/** A person's taps, however quick they are, are fewer. */
const aFlood = 60;

describe('someone who asks without end', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld({ traffic: openTraffic() });
  });
  afterEach(() => world.close());

  it('is told so in one sentence, with the way to help; what comes then is acknowledged without words', async () => {
    const person = world.person('flood');
    const seen = [];
    for (let i = 0; i < aFlood; i += 1) seen.push(await person.says('/progress'));
    const kinds = seen.map(({ answer }) => answer.kind);
    expect(kinds.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 'reply'));
    expect(kinds.filter((kind) => kind === 'refused')).toHaveLength(1);
    expect(kinds.at(-1)).toBe('nothing');
    const told = seen.find(({ answer }) => answer.kind === 'refused');
    expect(told?.text).toContain('That was a lot at once');
    expect(told?.buttons).toContain('Get help now (private)');
  });

  it('is always given help: the command, the buttons, and a person', async () => {
    const person = world.person('flood');
    for (let i = 0; i < aFlood; i += 1) await person.says('/checkin mood:1');
    expect((await person.says('/checkin')).answer.kind).toBe('nothing');
    for (let i = 0; i < aFlood; i += 1) expect((await person.says('/sos')).text).toContain('112 or 911');
    expect((await person.presses('Ireland')).text).toContain('116 123');
    for (const token of ['sos', 'person', 'fr.stopped'])
      expect((await person.asks({ kind: 'action', token })).answer.kind, token).not.toBe('nothing');
  });

  it('holds up nobody else', async () => {
    const flood = world.person('flood');
    for (let i = 0; i < aFlood; i += 1) await flood.says('/progress');
    expect((await world.person('other').says('/checkin')).text).toContain('1 check-in in a row');
  });

  it('does not get past it by text, forms or buttons', async () => {
    const person = world.person('flood');
    for (let i = 0; i < aFlood; i += 1) await person.says('words that are no command');
    for (const asked of [
      { kind: 'text', text: 'more words' },
      { kind: 'action', token: 'ci' },
      { kind: 'action', token: 'no button of ours' },
      { kind: 'form', token: 'ci.form:today', step: 0, answers: {} },
      { kind: 'typed', name: 'unknown', rest: '' },
    ] as const)
      expect((await person.asks(asked)).answer.kind, asked.kind).toBe('nothing');
  });
});

describe('many who ask at once', () => {
  it('are worked on sixteen at a time, and help waits for no place', async () => {
    let [atWork, mostAtWork] = [0, 0];
    let letGo = (): void => {};
    const until = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const plain = await openWorld();
    const store: Store = {
      ...plain.store,
      members: {
        ...plain.store.members,
        async whoAsks(ref) {
          const nobody = { account: null, community: null };
          if (!ref.key.startsWith('crowd')) return nobody;
          atWork += 1;
          mostAtWork = Math.max(mostAtWork, atWork);
          await until;
          atWork -= 1;
          return nobody;
        },
      },
    };
    const world = await openWorld({ store, traffic: openTraffic() });
    const crowd = Array.from({ length: 100 }, (_, i) => world.person(`crowd ${i}`).says('/progress'));
    expect((await world.person('in danger').says('/sos')).text).toContain('112 or 911');
    letGo();
    for (const seen of await Promise.all(crowd)) expect(seen.text).toContain('Nothing here yet');
    expect(mostAtWork).toBe(16);
    await world.close();
    await plain.close();
  });

  it('are told to try again where too many wait, and help is answered all the same', async () => {
    const traffic = openTraffic();
    let letGo = (): void => {};
    const until = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const waiting = Array.from({ length: 16 + 1_000 }, () => traffic.inPlace(() => until));
    const world = await openWorld({ traffic });
    const late = await world.person('late').says('/checkin');
    expect(late.text).toContain('A lot is coming in at once');
    expect(late.buttons).toContain('Get help now (private)');
    expect((await world.person('late').says('/sos')).text).toContain('112 or 911');
    letGo();
    await Promise.all(waiting);
    expect((await world.person('late').says('/checkin')).text).toContain('1 check-in in a row');
    await world.close();
  });
});

describe('what is urgent', () => {
  it('is what leads to help, and nothing else', async () => {
    const world = await openWorld();
    const urgent = (asked: RequestBody) =>
      world.platform.inbox.read(asked, { opensForms: true }).expected.urgency === 'help';
    for (const name of ['sos']) expect(urgent({ kind: 'typed', name, rest: '' }), name).toBe(true);
    for (const token of ['sos', 'person', 'sos.where:IE', 'fr.stopped'])
      expect(urgent({ kind: 'action', token }), token).toBe(true);
    for (const name of ['meetings', 'cope', 'craving', 'help', 'start', 'checkin', 'progress', 'settings'])
      expect(urgent({ kind: 'typed', name, rest: '' }), name).toBe(false);
    await world.close();
  });

  it('is the same help whatever stands behind /sos that is no country', async () => {
    const world = await openWorld();
    const sameHelp = (rest: string) =>
      world.platform.inbox.read({ kind: 'typed', name: 'sos', rest }, { opensForms: true }).expected.sameHelp;
    expect(sameHelp('please')).toBe(sameHelp('I cannot go on'));
    expect(sameHelp('Ireland')).not.toBe(sameHelp('Spain'));
    await world.close();
  });
});
