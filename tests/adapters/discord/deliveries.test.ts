import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { pauses } from '../../../src/core/adapter-kit/retry.ts';
import { heading, text, type View, view } from '../../../src/core/language/view.ts';
import type { Delivery, MessageRef, Receipt } from '../../../src/core/platform/platform.ts';
import { usualPauses } from '../../support/short-pauses.ts';
import { aBot } from './bot.ts';

const shown = view(heading('A note for today'), text('It is open.'));
const long = view(text('a word '.repeat(1_500)));

function post(to: (Delivery & { kind: 'post' })['to'], what: View = shown, id = 'delivery-1'): Delivery {
  return { kind: 'post', id, to, view: what };
}

const soon = () => AbortSignal.timeout(4_000);

function refOf(receipt: Receipt): MessageRef {
  if (receipt.kind !== 'sent') throw new Error(`Not sent, but ${receipt.kind}`);
  return receipt.message;
}

async function aDesk() {
  const bot = await aBot();
  const { general, newcomer, platform } = bot;
  return {
    ...bot,
    toGeneral: { kind: 'channel', channel: general.id } as const,
    toNewcomer: { kind: 'member', account: newcomer.id } as const,
    deliver: (delivery: Delivery, signal = soon()) => platform.deliver(delivery, signal),
    /** What stands in the channel, one entry a message. */
    inGeneral: () => newcomer.in(general).looks().messages,
  };
}

describe('a delivery', () => {
  it('reaches a channel, a thread and a member alone, each once', async () => {
    const { deliver, toGeneral, toNewcomer, general, newcomer, guild, inGeneral } = await aDesk();
    await deliver(post(toGeneral));
    expect(inGeneral()).toHaveLength(1);
    await deliver(post(toNewcomer, shown, 'delivery-2'));
    expect(newcomer.alone.looks().text).toContain('It is open.');
    const thread = guild.thread(general, 'Evening');
    await deliver(post({ kind: 'thread', channel: general.id, thread: thread.id }, shown, 'delivery-3'));
    expect(newcomer.in(thread).looks().text).toContain('It is open.');
  });

  it('that is sent again is there once, with the receipt of the first time', async () => {
    const { deliver, toGeneral, inGeneral } = await aDesk();
    const [first, second] = [await deliver(post(toGeneral, long)), await deliver(post(toGeneral, long))];
    expect(second).toEqual(first);
    expect(inGeneral()).toHaveLength(3);
  });

  it('of several messages is changed, gets shorter and longer, and goes as one', async () => {
    const { deliver, toGeneral, inGeneral, general, server } = await aDesk();
    const sent = refOf(await deliver(post(toGeneral, long)));
    const shorter = refOf(await deliver({ kind: 'edit', id: 'delivery-2', message: sent, view: shown }));
    expect(inGeneral()).toHaveLength(1);
    expect(server.publiclySeen(general)).toContain('It is open.');
    const longer = refOf(await deliver({ kind: 'edit', id: 'delivery-3', message: shorter, view: long }));
    expect(inGeneral()).toHaveLength(3);
    await deliver({ kind: 'remove', id: 'delivery-4', message: longer });
    expect(inGeneral()).toHaveLength(0);
  });

  it('that is gone already counts as removed', async () => {
    const { deliver, toGeneral } = await aDesk();
    const message = refOf(await deliver(post(toGeneral)));
    await deliver({ kind: 'remove', id: 'delivery-2', message });
    expect(await deliver({ kind: 'remove', id: 'delivery-3', message })).toMatchObject({ kind: 'sent' });
    expect(await deliver({ kind: 'edit', id: 'delivery-4', message, view: shown })).toEqual({
      kind: 'refused',
      reason: 'gone',
    });
  });

  it('opens one thread, however often it is asked to', async () => {
    const { deliver, toGeneral, general } = await aDesk();
    const message = refOf(await deliver(post(toGeneral)));
    const thread: Delivery = { kind: 'thread', id: 'delivery-2', message, name: 'Evening, all of us '.repeat(20) };
    expect((await deliver(thread)).kind).toBe('sent');
    expect((await deliver(thread)).kind).toBe('sent');
    expect(general.guild?.channels.filter(({ kind }) => kind === 'thread')).toHaveLength(1);
  });
});

describe('a receipt', () => {
  it('says that someone takes no messages from the bot, and nothing is said in public instead', async () => {
    const { deliver, toNewcomer, newcomer, server, general } = await aDesk();
    newcomer.closeDms();
    expect(await deliver(post(toNewcomer))).toEqual({ kind: 'refused', reason: 'closed-dm' });
    expect(server.publiclySeen(general)).toBe('');
  });

  it('says that the bot may not write there, or that the channel is gone', async () => {
    const { deliver, toGeneral, general } = await aDesk();
    general.silenceBot();
    expect(await deliver(post(toGeneral))).toEqual({ kind: 'refused', reason: 'no-permission' });
    general.remove();
    expect(await deliver(post(toGeneral))).toEqual({ kind: 'refused', reason: 'gone' });
  });

  it('says that an address is none', async () => {
    const { deliver, server } = await aDesk();
    expect(await deliver(post({ kind: 'member', account: '1' }))).toMatchObject({ kind: 'refused' });
    expect(await deliver(post({ kind: 'channel', channel: 'no-id' }))).toMatchObject({ kind: 'refused' });
    server.takeViolations();
  });

  it('says when to come again, as Discord asked', async () => {
    const { deliver, toGeneral, server, inGeneral } = await aDesk();
    server.fault('POST /channels/*/messages', { kind: 'rate-limit', retryAfterSeconds: 7 });
    const receipt = await deliver(post(toGeneral));
    expect(receipt.kind).toBe('retry-after');
    const wait = receipt.kind === 'retry-after' ? receipt.waitMs / 1_000 : 0;
    expect(wait).toBeGreaterThanOrEqual(7);
    expect(wait).toBeLessThan(9);
    expect(inGeneral()).toHaveLength(0);
  });

  it.each([
    ['the connection breaks before it is done', { kind: 'reset-before' }],
    ['the connection breaks after it is done', { kind: 'reset-after' }],
    ['Discord fails', { kind: 'status', status: 502 }],
  ] as const)('is “sent”, and it is there once, when %s', async (_, fault) => {
    const { deliver, toGeneral, server, inGeneral } = await aDesk();
    server.fault('POST /channels/*/messages', fault, 3);
    expect((await deliver(post(toGeneral, long))).kind).toBe('sent');
    expect(inGeneral()).toHaveLength(3);
  });

  it.each([
    ['reset-after', 1],
    ['reset-before', 0],
  ] as const)('is “uncertain” when there is no time left to find out (%s), and asking again doubles nothing', async (kind, there) => {
    onTestFinished(usualPauses);
    pauses.firstMs = 1_000;
    const { deliver, toGeneral, server, inGeneral } = await aDesk();
    server.fault('POST /channels/*/messages', { kind }, 1);
    expect(await deliver(post(toGeneral), AbortSignal.timeout(100))).toEqual({ kind: 'uncertain' });
    expect(inGeneral()).toHaveLength(there);
    expect((await deliver(post(toGeneral))).kind).toBe('sent');
    expect(inGeneral()).toHaveLength(1);
  });

  it.each([
    ['the private chat could not be opened', 'POST /users/*/channels'],
    ['there was no time at all', null],
  ])('is “later”, never “uncertain”, where nothing of it was sent: %s', async (_, route) => {
    const { deliver, toNewcomer, server } = await aDesk();
    if (route !== null) server.fault(route, { kind: 'reset-before' }, 1_000);
    const signal = route === null ? AbortSignal.abort() : AbortSignal.timeout(300);
    expect((await deliver(post(toNewcomer), signal)).kind).toBe('retry-after');
  });

  it.each([
    ['somebody between Discord and us refuses', { kind: 'status', status: 403 }],
    ['private chats are opened too fast', { kind: 'status', status: 403, code: 40_003 }],
  ] as const)('is “later”, a good while later, when %s', async (_, fault) => {
    const { deliver, toNewcomer, server } = await aDesk();
    server.fault('POST /users/*/channels', fault, 1);
    const receipt = await deliver(post(toNewcomer));
    expect(receipt.kind).toBe('retry-after');
    expect(receipt.kind === 'retry-after' && receipt.waitMs / 1_000).toBeGreaterThan(30);
    expect((await deliver(post(toNewcomer))).kind).toBe('sent');
  });

  it('of several messages comes when all of them are there, also when Discord asks to wait in between', async () => {
    const { deliver, toGeneral, server, inGeneral } = await aDesk();
    server.fault('POST /channels/*/messages', { kind: 'slow', until: Promise.resolve() }, 1);
    server.fault('POST /channels/*/messages', { kind: 'rate-limit', retryAfterSeconds: 0.3 }, 1);
    expect((await deliver(post(toGeneral, long))).kind).toBe('sent');
    expect(inGeneral()).toHaveLength(3);
  });

  it('of which a part is there and the rest is not is “uncertain”: nothing is doubled by itself', async () => {
    const { deliver, toGeneral, server, inGeneral } = await aDesk();
    server.fault('POST /channels/*/messages', { kind: 'slow', until: Promise.resolve() }, 1);
    server.fault('POST /channels/*/messages', { kind: 'rate-limit', retryAfterSeconds: 60 }, 1);
    expect(await deliver(post(toGeneral, long), AbortSignal.timeout(300))).toEqual({ kind: 'uncertain' });
    expect(inGeneral()).toHaveLength(1);
  });

  it('of a change that adds messages is “uncertain” too, where nobody knows whether they came', async () => {
    const { deliver, toGeneral, server } = await aDesk();
    const message = refOf(await deliver(post(toGeneral)));
    server.fault('POST /channels/*/messages', { kind: 'reset-after' }, 1_000);
    const edit: Delivery = { kind: 'edit', id: 'delivery-2', message, view: long };
    expect(await deliver(edit, AbortSignal.timeout(300))).toEqual({ kind: 'uncertain' });
  });

  it('after a 401 is like any other: what comes next is sent, and answered', async () => {
    const { deliver, toGeneral, server, newcomer } = await aDesk();
    server.fault('POST /channels/*/messages', { kind: 'status', status: 401 }, 1);
    expect((await deliver(post(toGeneral))).kind).toBe('sent');
    server.fault('POST /channels/*/messages', { kind: 'status', status: 401 }, 1);
    expect((await newcomer.dm('it is bad tonight')).text).toContain('What would help?');
  });

  it('of a change that may be done twice is “later”, never “uncertain”', async () => {
    const { deliver, toGeneral, server } = await aDesk();
    const message = refOf(await deliver(post(toGeneral)));
    server.fault('PATCH /channels/*/messages/*', { kind: 'reset-after' }, 1_000);
    const receipt = await deliver({ kind: 'edit', id: 'delivery-2', message, view: shown }, AbortSignal.timeout(600));
    expect(receipt.kind).toBe('retry-after');
  });

  it('is “later” while nothing can leave this machine', async () => {
    const { deliver, toGeneral, server } = await aDesk();
    await server.close();
    // The bot's own connections learn of it in the next turn, as after any failure of the network.
    await nextTurn();
    await nextTurn();
    expect((await deliver(post(toGeneral), AbortSignal.timeout(600))).kind).toBe('retry-after');
  });
});

describe('deliveries', () => {
  it('never hold up who waits for an answer', async () => {
    const { deliver, toGeneral, server, newcomer, general } = await aDesk();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.fault('POST /channels/*/messages', { kind: 'slow', until: held }, 100);
    const sending = Array.from({ length: 60 }, (_, i) => deliver(post(toGeneral, shown, `delivery-${i}`)));
    expect((await newcomer.in(general).slash('sos')).text).toContain('Help, now');
    release();
    await Promise.all(sending);
  });
});
