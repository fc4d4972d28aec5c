import { MessageFlags, TextDisplayBuilder } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { aBot, aServer, send } from './discord/bot.ts';
import { specIsThere } from './discord/payloads/openapi.ts';
import { DiscordServer } from './discord-server.ts';
import { nothingLeavesLoopback } from './loopback-guard.ts';

nothingLeavesLoopback();

const button = (about: object = {}) => ({ type: 2, style: 1, label: 'A', custom_id: 'a', ...about });
const row = (...components: readonly object[]) => ({ type: 1, components });
const select = (about: object = {}) => ({ type: 3, custom_id: 's', options: [{ label: 'A', value: 'a' }], ...about });
const many = <T>(count: number, each: (index: number) => T) => Array.from({ length: count }, (_, index) => each(index));
const long = (length: number) => 'x'.repeat(length);
const v2 = { flags: 1 << 15 };
const textDisplay = (length: number) => ({ type: 10, content: long(length) });

/** Each is one thing wrong with an otherwise good message. */
const badMessages: readonly (readonly [name: string, message: object])[] = [
  ['content over 2000', { content: long(2001) }],
  ['nothing in it', { content: ' ' }],
  ['more than 10 embeds', { embeds: many(11, () => ({ title: 'A' })) }],
  ['embeds over 6000 in all', { embeds: [{ description: long(4000) }, { description: long(2001) }] }],
  ['an embed title over 256', { embeds: [{ title: long(257) }] }],
  ['an embed description over 4096', { embeds: [{ description: long(4097) }] }],
  ['more than 25 fields', { embeds: [{ fields: many(26, () => ({ name: 'A', value: 'B' })) }] }],
  ['a field name over 256', { embeds: [{ fields: [{ name: long(257), value: 'B' }] }] }],
  ['a field value over 1024', { embeds: [{ fields: [{ name: 'A', value: long(1025) }] }] }],
  ['an embed footer over 2048', { embeds: [{ footer: { text: long(2049) } }] }],
  ['more than 5 rows', { components: many(6, (i) => row(button({ custom_id: `${i}` }))) }],
  ['more than 5 buttons in a row', { components: [row(...many(6, (i) => button({ custom_id: `${i}` })))] }],
  ['a select beside a button', { components: [row(select(), button())] }],
  ['an empty row', { components: [row()] }],
  ['text displays without the flag', { content: 'A', components: [textDisplay(1)] }],
  ['a button label over 80', { components: [row(button({ label: long(81) }))] }],
  ['a blank button label', { components: [row(button({ label: ' ' }))] }],
  ['a custom_id over 100', { components: [row(button({ custom_id: long(101) }))] }],
  ['an empty custom_id', { components: [row(button({ custom_id: '' }))] }],
  ['a custom_id twice', { components: [row(button()), row(button())] }],
  ['a button without custom_id', { components: [row(button({ custom_id: undefined }))] }],
  [
    'a link that is not of the web',
    { components: [row({ type: 2, style: 5, label: 'A', url: 'javascript:alert(1)' })] },
  ],
  ['a link with a custom_id', { components: [row(button({ style: 5, url: 'https://example.org' }))] }],
  ['a select of no options', { components: [row(select({ options: [] }))] }],
  ['a select of 26', { components: [row(select({ options: many(26, (i) => ({ label: 'A', value: `${i}` })) }))] }],
  ['an option twice', { components: [row(select({ options: many(2, () => ({ label: 'A', value: 'a' })) }))] }],
  ['an option label over 100', { components: [row(select({ options: [{ label: long(101), value: 'a' }] }))] }],
  ['an option value over 100', { components: [row(select({ options: [{ label: 'A', value: long(101) }] }))] }],
  [
    'an option description over 100',
    { components: [row(select({ options: [{ label: 'A', value: 'a', description: long(101) }] }))] },
  ],
  ['a placeholder over 150', { components: [row(select({ placeholder: long(151) }))] }],
  ['more values than options', { components: [row(select({ max_values: 2 }))] }],
  [
    'more than 40 components in all',
    { ...v2, components: many(21, () => ({ type: 17, components: [textDisplay(1)] })) },
  ],
  ['text over 4000 in all', { ...v2, components: [textDisplay(4000), textDisplay(1)] }],
  ['content beside components v2', { ...v2, content: 'A', components: [textDisplay(1)] }],
  ['embeds beside components v2', { ...v2, embeds: [{ title: 'A' }], components: [textDisplay(1)] }],
  ['a component of an unknown type', { ...v2, components: [{ type: 99 }] }],
  ['a file that did not come', { ...v2, components: [{ type: 13, file: { url: 'attachment://a.txt' } }] }],
  ['an attachment that did not come', { content: 'A', attachments: [{ id: '0', filename: 'a.txt' }] }],
  ['the ephemeral flag in a channel', { content: 'A', flags: 1 << 6 }],
  ['a nonce over 25', { content: 'A', nonce: long(26) }],
];

/** What Discord lets pass, and we do not. */
const pinging: readonly (readonly [name: string, message: object])[] = [
  ['no allowed_mentions', { content: '@everyone', allowed_mentions: undefined }],
  ['allowed_mentions that ping', { content: 'A', allowed_mentions: { parse: ['users'] } }],
  ['allowed_mentions of one user', { content: 'A', allowed_mentions: { parse: [], users: ['1'] } }],
];

describe('a message is held to the limits:', () => {
  const post = async (message: object) => {
    const server = await aServer();
    const { id } = server.guild('Harbor').channel('general');
    const answer = await fetch(`${server.apiUrl}/v10/channels/${id}/messages`, {
      method: 'POST',
      headers: { authorization: `Bot ${server.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ allowed_mentions: { parse: [] }, ...message }),
    });
    return { status: answer.status, body: await answer.json(), violations: server.takeViolations() };
  };

  it.each(badMessages)('%s is refused, and fails the test', async (_, message) => {
    const { status, body, violations } = await post(message);
    expect(status).toBe(400);
    expect([50035, 50006]).toContain((body as { code: number }).code);
    expect(violations[0]).toContain('POST /channels/:channel/messages: ');
  });

  it.each(pinging)('%s is taken, as Discord does, and fails the test', async (_, message) => {
    const { status, violations } = await post(message);
    expect(status).toBe(200);
    expect(violations).toEqual([expect.stringContaining('nobody is ever pinged')]);
  });

  it('what is at its limits is taken', async () => {
    const rows = many(5, (i) => row(...many(5, (j) => button({ label: long(80), custom_id: `${i}${j}${long(98)}` }))));
    expect(
      await post({
        content: long(2000),
        embeds: [{ description: long(4096) }, { title: long(256) }],
        components: rows,
      }),
    ).toMatchObject({ violations: [], status: 200 });
    const options = many(25, (i) => ({ label: long(100), value: `${i}`.padStart(100, 'v'), description: long(100) }));
    const boxes = [
      textDisplay(4000),
      { type: 17, components: [row(select({ options, placeholder: long(150) })), { type: 14 }] },
    ];
    expect(await post({ ...v2, components: boxes })).toMatchObject({ violations: [], status: 200 });
  });

  it('components v2 are there to stay', async () => {
    const { client, general, server } = await aBot(async () => {});
    const components = [new TextDisplayBuilder().setContent('A')];
    const { id } = await send(client, general, { components, flags: MessageFlags.IsComponentsV2 });
    const edit = client.rest.patch(`/channels/${general.id}/messages/${id}`, {
      body: { content: 'B', flags: 0, allowed_mentions: { parse: [] } },
    });
    await expect(edit).rejects.toMatchObject({ code: 50035 });
    expect(server.takeViolations()).toEqual([
      'PATCH /channels/:channel/messages/:message: flags: IS_COMPONENTS_V2 cannot be taken back',
    ]);
  });
});

const input = (about: object = {}) => ({ type: 4, custom_id: 'i', style: 1, ...about });
const label = (about: object = {}) => ({ type: 18, label: 'A', component: input(), ...about });

const badModals: readonly (readonly [name: string, modal: object])[] = [
  ['a title over 45', { title: long(46) }],
  ['no components', { components: [] }],
  ['six components', { components: many(6, (i) => label({ component: input({ custom_id: `${i}` }) })) }],
  ['a label over 45', { components: [label({ label: long(46) })] }],
  ['a description over 100', { components: [label({ description: long(101) })] }],
  ['a value over 4000', { components: [label({ component: input({ value: long(4001) }) })] }],
  ['a placeholder over 100', { components: [label({ component: input({ placeholder: long(101) }) })] }],
  ['a value over its own max_length', { components: [label({ component: input({ value: 'abc', max_length: 2 }) })] }],
  ['min_length above max_length', { components: [label({ component: input({ min_length: 3, max_length: 2 }) })] }],
  ['a custom_id twice', { components: [label(), label()] }],
  ['a text input in a row without a label', { components: [row(input())] }],
];

describe('a modal is held to the limits:', () => {
  it.each(badModals)('%s is refused, and fails the test', async (_, about) => {
    const modal = { custom_id: 'm', title: 'A', components: [label()], ...about };
    const { server, newcomer, refusals } = await aBot(
      (interaction, client) =>
        client.rest.post(`/interactions/${interaction.id}/${interaction.token}/callback`, {
          auth: false,
          body: { type: 9, data: modal },
        }),
      { answerWithinMs: 200 },
    );
    await expect(newcomer.alone.slash('checkin')).rejects.toThrow('callback → 400 50035');
    expect(refusals).toMatchObject([{ code: 50035 }]);
    expect(server.takeViolations()[0]).toContain('/callback: ');
  });

  it('the first answer it may be, and never the answer to a modal', async () => {
    const modal = { custom_id: 'm', title: 'A', components: [row(input({ label: 'A', required: false }))] };
    const { server, newcomer, refusals } = await aBot(
      (interaction, client) =>
        client.rest.post(`/interactions/${interaction.id}/${interaction.token}/callback`, {
          auth: false,
          body: { type: 9, data: modal },
        }),
      { answerWithinMs: 200 },
    );
    const seen = await newcomer.alone.slash('checkin');
    await expect(seen.modal.submit()).rejects.toThrow('no answer to the modal m');
    expect(refusals).toMatchObject([{ code: 50035 }]);
    expect(server.takeViolations()[0]).toContain('callback type 9 does not answer a modal');
  });
});

const option = (about: object = {}) => ({ type: 3, name: 'a', description: 'A', ...about });
const badCommands: readonly (readonly [name: string, command: object])[] = [
  ['a name in capitals', { name: 'CheckIn' }],
  ['a name with a space', { name: 'check in' }],
  ['a name over 32', { name: long(33) }],
  ['no description', { description: '' }],
  ['a description over 100', { description: long(101) }],
  ['26 options', { options: many(26, (i) => option({ name: `a${i}` })) }],
  ['an option twice', { options: [option(), option()] }],
  ['a required option after an optional one', { options: [option(), option({ name: 'b', required: true })] }],
  ['26 choices', { options: [option({ choices: many(26, (i) => ({ name: `${i}`, value: `${i}` })) })] }],
  ['a choice of the wrong type', { options: [option({ type: 4, choices: [{ name: 'A', value: 'a' }] })] }],
  ['a choice name over 100', { options: [option({ choices: [{ name: long(101), value: 'a' }] })] }],
  ['choices and autocomplete', { options: [option({ autocomplete: true, choices: [{ name: 'A', value: 'a' }] })] }],
  [
    'over 8000 characters in all',
    {
      options: many(2, (i) =>
        option({
          name: `a${i}`,
          choices: many(25, (j) => ({ name: `${j}`.padStart(100, 'x'), value: `${j}`.padStart(100, 'x') })),
        }),
      ),
    },
  ],
  ['a translated name in capitals', { name_localizations: { de: 'Einchecken' } }],
];

describe('commands are held to the limits:', () => {
  it.each(badCommands)('%s is refused, and fails the test', async (_, about) => {
    const { server, client } = await aBot(async () => {});
    const path = `/applications/${client.application?.id}/commands` as const;
    const put = client.rest.put(path, { body: [{ name: 'a', description: 'A', ...about }] });
    await expect(put).rejects.toMatchObject({ code: 50035 });
    expect(server.takeViolations()[0]).toContain('PUT /applications/:application/commands: ');
  });
});

describe('a request is held to the protocol:', () => {
  it.each([
    ['an unknown route', 'POST', '/v10/nowhere', {}, 404, 'no such route'],
    ['an address without /v10', 'GET', '/users/@me', {}, 404, 'no such route'],
    ['no Authorization', 'GET', '/v10/users/@me', { authorization: undefined }, 401, 'has no Authorization header'],
    [
      'an Authorization where a token is in the address',
      'GET',
      '/v10/webhooks/1/t/messages/@original',
      {},
      404,
      'needs none',
    ],
    [
      'a form that is no JSON',
      'POST',
      '/v10/users/@me/channels',
      { 'content-type': 'text/plain' },
      400,
      'Content-Type must be',
    ],
  ] as const)('%s fails the test', async (_, method, path, headers, status, rule) => {
    const server = await aServer();
    const all: Record<string, string | undefined> = {
      authorization: `Bot ${server.token}`,
      'content-type': 'application/json',
      ...headers,
    };
    const given = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const answer = await fetch(`${server.apiUrl}${path}`, {
      method,
      headers: given,
      ...(method === 'POST' && { body: '{}' }),
    });
    expect(answer.status).toBe(status);
    expect(server.takeViolations().join('\n')).toContain(rule);
  });

  it('a violation that no test took fails it at the end', async () => {
    const server = await DiscordServer.start();
    await fetch(`${server.apiUrl}/v10/nowhere`);
    await expect(server.close()).rejects.toThrow(
      'The platform was sent what it must not be sent:\n  GET /nowhere: no such route',
    );
  });

  it.skipIf(!specIsThere)(
    "Discord's own OpenAPI has its say (skipped where HANDRAIL_SPECS has no copy of it)",
    async () => {
      const { server, client, general } = await aBot(async () => {});
      await client.rest.post(`/channels/${general.id}/messages`, {
        body: { content: 'A', tts: 'yes', allowed_mentions: { parse: [] } },
      });
      expect(server.takeViolations()).toEqual([
        "POST /channels/:channel/messages: tts: by Discord's OpenAPI: must be boolean,null",
      ]);
    },
  );
});
