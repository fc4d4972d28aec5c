import { describe, expect, it } from 'vitest';
import { openTraffic } from '../../../src/core/conversation/traffic.ts';
import { aBot, webhook } from './bot.ts';

const sends = (server: Awaited<ReturnType<typeof aBot>>['server'], chat: string | number) =>
  server.requestsOf('sendMessage').filter(({ body }) => String(body['chat_id']) === String(chat));

describe('a flood, on Telegram', () => {
  it('gets the same help once in five seconds; another help at once', async () => {
    const { server, newcomer } = await aBot();
    server.forget();
    await newcomer.alone.says('/sos');
    for (let i = 0; i < 30; i += 1) newcomer.alone.tells('/sos');
    for (let i = 0; i < 30; i += 1) newcomer.alone.tells(`/sos words ${i}`);
    newcomer.alone.tells('/sos Ireland');
    // The first, the one for words that are no country, and Ireland's.
    await server.until('three pages of help', () => sends(server, newcomer.id).length === 3);
    await newcomer.alone.says('/progress');
    expect(sends(server, newcomer.id)).toHaveLength(4);
  });

  it('in a group leaves one public page of help a minute, and everyone their own', async () => {
    const { server, harbor, newcomer, owner } = await aBot();
    await owner.alone.says('/help');
    server.forgetMessages();
    await newcomer.in(harbor).says('/sos');
    await owner.in(harbor).says('/sos');
    await newcomer.alone.looks().until('112 or 911');
    await owner.alone.looks().until('112 or 911');
    await owner.alone.says('/progress');
    expect(newcomer.in(harbor).looks().messages).toHaveLength(1);
  });

  it('of one account leaves others where they were, with Telegram’s own limits too', { timeout: 30_000 }, async () => {
    const { server, newcomer } = await aBot({
      limited: true,
      messagesPerSecond: 30,
      traffic: openTraffic(),
      answerWithinMs: 10_000,
    });
    const others = Array.from({ length: 40 }, (_, i) => server.user(`one of many ${i}`));
    for (const one of others) one.alone.tells('/progress');
    for (let i = 0; i < 60; i += 1) newcomer.alone.tells('/progress');
    const { delivery } = await server.user('in danger').alone.says('/sos');
    expect((delivery?.answeredAt ?? 0) - (delivery?.dispatchedAt ?? 0)).toBeLessThan(1_000);
    for (const one of others) await one.alone.looks().until('Nothing here yet');
  });

  it('never makes a button wait: a press that is answered without words is acknowledged', async () => {
    const { server, newcomer } = await aBot({ traffic: openTraffic() });
    const seen = await newcomer.alone.says('/cope');
    for (let i = 0; i < 60; i += 1) newcomer.alone.tells('/progress');
    void seen.press('Just give me one').catch(() => {});
    await server.until('the press to be acknowledged', () => server.unanswered === 0);
  });
});

describe('the webhook’s body', () => {
  const header = 'x-telegram-bot-api-secret-token';
  const post = (url: string, body: string | ReadableStream, headers: Record<string, string> = {}) =>
    fetch(`${url}/telegram`, {
      method: 'POST',
      headers: { [header]: webhook.secret, ...headers },
      body,
      ...(body instanceof ReadableStream && { duplex: 'half' }),
    });

  it('is not read further than an update can be long, whether its length is told or not', async () => {
    const { url, newcomer } = await aBot({ way: 'webhook' });
    const tooLong = ' '.repeat(1_000_001);
    expect((await post(url, tooLong)).status).toBe(413);
    let pulled = 0;
    const endless = new ReadableStream({
      pull(controller) {
        pulled += 1;
        if (pulled > 1_000) controller.close();
        else controller.enqueue(new Uint8Array(100_000));
      },
    });
    const answered = await post(url, endless).then(
      ({ status }) => status,
      () => 'the connection was closed',
    );
    expect([413, 'the connection was closed']).toContain(answered);
    expect(pulled).toBeLessThan(1_000);
    expect((await newcomer.alone.says('/checkin')).text).toContain('1 check-in in a row');
  });

  it('keeps a letter whole that came in two pieces', async () => {
    const { url, newcomer, server } = await aBot({ way: 'webhook' });
    await newcomer.alone.says('/settings keep:yes');
    const chat = { id: Number(newcomer.id), type: 'private' };
    const text = '/checkin note:"größer 🌊 geht es"';
    const update = { update_id: 900_000, message: { message_id: 9, date: 1_790_000_000, chat, from: chat, text } };
    const bytes = Buffer.from(JSON.stringify(update));
    const inTheMiddle = bytes.indexOf(Buffer.from('🌊')) + 2;
    const pieces = [bytes.subarray(0, inTheMiddle), bytes.subarray(inTheMiddle)];
    const stream = new ReadableStream({
      async pull(controller) {
        const piece = pieces.shift();
        if (piece === undefined) return controller.close();
        controller.enqueue(piece);
        // The second leaves when the first is on its way: two chunks for whoever reads.
        await new Promise((resolve) => setImmediate(resolve));
      },
    });
    expect((await post(url, stream)).status).toBe(200);
    await newcomer.alone.looks().until('größer 🌊 geht es');
    expect(JSON.stringify(server.requestsOf('sendMessage').at(-1)?.body)).not.toContain('�');
  });
});
