import {
  ActionRowBuilder,
  ContainerBuilder,
  Events,
  GatewayIntentBits,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  StringSelectMenuBuilder,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import { describe, expect, it } from 'vitest';
import { aBot, answersPrivately, buttons, chat, send } from './discord/bot.ts';
import { nothingLeavesLoopback } from './loopback-guard.ts';

nothingLeavesLoopback();

describe('a person on the loopback server', () => {
  it('sees the reply that was put off, presses its button, and sees the message change', async () => {
    const { server, newcomer, general } = await aBot(answersPrivately);
    const seen = await newcomer.in(general).slash('checkin', { mood: 4 });
    expect(seen.text).toBe('Mood 4 of 5\nKeep it');
    const after = await seen.press('Keep it');
    expect(after.text).toBe('Kept, for you.');
    expect(seen.text).toBe('Kept, for you.');
    expect(after.buttons).toEqual([]);
    await expect(seen.press('Keep it')).rejects.toThrow('No button “Keep it”');
    for (const { dispatchedAt, acknowledgedAt, answeredAt } of server.interactions) {
      expect(acknowledgedAt).toBeGreaterThanOrEqual(dispatchedAt);
      expect(answeredAt).toBeGreaterThanOrEqual(acknowledgedAt ?? Infinity);
    }
  });

  it('is alone in seeing an ephemeral answer', async () => {
    const { server, newcomer, general } = await aBot(answersPrivately);
    await newcomer.in(general).slash('checkin', { mood: 4 });
    expect(newcomer.in(general).looks().text).toContain('Mood 4');
    expect(server.user('friend').in(general).looks().text).toBe('');
    expect(server.publiclySeen(general)).toBe('');
  });

  it('sees with everyone else what is answered in public', async () => {
    const { server, newcomer, general } = await aBot((interaction) => chat(interaction).reply('For everyone'));
    await newcomer.in(general).slash('checkin');
    expect(server.publiclySeen(general)).toBe('For everyone');
    expect(server.user('friend').in(general).looks().text).toBe('For everyone');
  });

  it('picks from a select, by the labels of its options', async () => {
    const select = new StringSelectMenuBuilder()
      .setCustomId('country')
      .setPlaceholder('Your country')
      .addOptions({ label: 'Ireland', value: 'ie' }, { label: 'Kenya', value: 'ke', description: 'in the east' });
    const row = new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(select);
    const { newcomer, general } = await aBot(async (interaction) => {
      if (interaction.isStringSelectMenu()) await interaction.reply(`You picked ${interaction.values.join()}`);
      else await chat(interaction).reply({ components: [row] });
    });
    const seen = await newcomer.in(general).slash('checkin');
    expect(seen.text).toBe('Your country\nIreland\nKenya\nin the east');
    expect(seen.selects).toEqual([['Ireland', 'Kenya']]);
    expect((await seen.pick('Kenya')).text).toBe('You picked ke');
  });

  it('fills in a modal, its labels with text and selects, and is answered', async () => {
    const note = new TextInputBuilder().setCustomId('note').setStyle(TextInputStyle.Paragraph).setRequired(false);
    const mood = new StringSelectMenuBuilder()
      .setCustomId('mood')
      .addOptions({ label: 'Good', value: '4' }, { label: 'Hard', value: '1' });
    const modal = new ModalBuilder()
      .setCustomId('today')
      .setTitle('Say more')
      .addLabelComponents(
        new LabelBuilder().setLabel('Mood').setStringSelectMenuComponent(mood),
        new LabelBuilder().setLabel('Note').setDescription('If you like').setTextInputComponent(note),
      );
    const { newcomer, general } = await aBot(async (interaction) => {
      if (interaction.isChatInputCommand()) await interaction.showModal(modal);
      if (!interaction.isModalSubmit()) return;
      const { fields } = interaction;
      await interaction.reply(`${fields.getStringSelectValues('mood').join()}: ${fields.getTextInputValue('note')}`);
    });
    const seen = await newcomer.in(general).slash('checkin');
    expect(seen.text).toBe('Say more\nMood\nGood\nHard\nNote\nIf you like');
    expect(seen.modal.fields).toEqual(['Mood', 'Note']);
    await expect(seen.modal.submit({})).rejects.toThrow('“Mood” takes 1 to 1 values');
    expect((await seen.modal.submit({ Mood: 'Hard', Note: 'a canary' })).text).toBe('1: a canary');
  });

  it('is given suggestions while typing an option', async () => {
    const { newcomer, general } = await aBot(async (interaction) => {
      if (!interaction.isAutocomplete()) return;
      const { name, value } = interaction.options.getFocused(true);
      await interaction.respond([{ name: `${name} ${value}…`, value: 'slept well' }]);
    });
    expect(await newcomer.in(general).completes('checkin', 'note', 'sle')).toEqual([
      { name: 'note sle…', value: 'slept well' },
    ]);
  });

  it('sends only what Discord lets them send, unless it is forged', async () => {
    const { newcomer, general } = await aBot((interaction) =>
      chat(interaction).reply(String(chat(interaction).options.get('mood')?.value)),
    );
    await expect(newcomer.in(general).slash('checkin', { mood: 9 })).rejects.toThrow('Discord would not send mood: 9');
    await expect(newcomer.in(general).slash('nonsense')).rejects.toThrow(
      'No command /nonsense is registered, but: checkin',
    );
    expect((await newcomer.in(general).slash('checkin', { mood: 9 }, { forged: true })).text).toBe('9');
  });

  it('is told apart as a member with roles and permissions in a guild, and as a user in private', async () => {
    const { guild, newcomer, general } = await aBot(async (interaction) => {
      const { memberPermissions, guildLocale, appPermissions } = interaction;
      const may = memberPermissions?.has('ManageGuild') ?? 'nobody';
      await chat(interaction).reply(`${may} ${guildLocale} ${appPermissions.has('SendMessages')}`);
    });
    expect((await newcomer.in(general).slash('checkin')).text).toBe('false en-US true');
    guild.admit(newcomer, guild.role('moderators', 'manageGuild'));
    general.silenceBot();
    expect((await newcomer.in(general).slash('checkin')).text).toBe('true en-US false');
    expect((await newcomer.alone.slash('checkin')).text).toBe('nobody null true');
  });

  it('writes to the bot alone and is answered; what they write in a guild reaches no one who may not read it', async () => {
    const intents = GatewayIntentBits.Guilds | GatewayIntentBits.GuildMessages | GatewayIntentBits.DirectMessages;
    const { client, newcomer, general } = await aBot(async () => {}, { client: { intents, partials: [1] } });
    const heard: string[] = [];
    client.on(Events.MessageCreate, (message) => {
      heard.push(message.content);
      if (!message.author.bot && message.channel.isDMBased()) void message.reply('What would help?');
    });
    newcomer.in(general).writes('said in a channel');
    expect((await newcomer.dm('it is bad tonight')).text).toBe('What would help?');
    await expect.poll(() => heard).toEqual(['', 'it is bad tonight', 'What would help?']);
  });

  it('cannot write to a bot that lacks the intent for it', async () => {
    const { newcomer } = await aBot(async () => {}, { client: { intents: [GatewayIntentBits.Guilds] } });
    await expect(newcomer.dm('hello')).rejects.toThrow('No bot with the intent DirectMessages is connected');
  });

  it('is told what the bot sent instead when no answer comes', async () => {
    const { newcomer } = await aBot((interaction) => chat(interaction).deferReply(), { answerWithinMs: 100 });
    await expect(newcomer.alone.slash('checkin')).rejects.toThrow(
      'Within 100 ms: no answer to the command checkin. The bot sent:\n  POST /interactions/:interaction/:token/callback → 204',
    );
  });
});

describe('an interaction', () => {
  it('is acknowledged once: 40060', async () => {
    const { newcomer, refusals } = await aBot(async (interaction, client) => {
      await chat(interaction).reply('First');
      await client.rest.post(`/interactions/${interaction.id}/${interaction.token}/callback`, {
        auth: false,
        body: { type: 5 },
      });
    });
    const seen = await newcomer.alone.slash('checkin');
    await seen.until('First');
    await expect.poll(() => refusals).toMatchObject([{ code: 40060 }]);
  });

  it('is answered within three seconds or not at all: 10062', async () => {
    const { server, newcomer } = await aBot(
      async (interaction) => {
        if (interaction.isButton()) server.later({ minutes: 1 });
        if (interaction.isRepliable()) await interaction.reply({ content: 'Now', components: [buttons('Late')] });
      },
      { answerWithinMs: 200 },
    );
    const seen = await newcomer.alone.slash('checkin');
    await expect(seen.press('Late')).rejects.toThrow('callback → 404 10062');
  });

  it('can be edited for fifteen minutes: 50027', async () => {
    const { server, newcomer, refusals } = await aBot(async (interaction) => {
      await chat(interaction).reply('Now');
      server.later({ minutes: 16 });
      await chat(interaction).editReply('Later');
    });
    await newcomer.alone.slash('checkin');
    await expect.poll(() => refusals).toMatchObject([{ code: 50027 }]);
  });

  it('stays as private as its deferral was, and a follow-up says for itself', async () => {
    const { server, newcomer, general } = await aBot(async (interaction) => {
      await chat(interaction).deferReply({ flags: MessageFlags.Ephemeral });
      await chat(interaction).followUp('First, and private like the deferral');
      await chat(interaction).followUp({ content: 'Second, private', flags: MessageFlags.Ephemeral });
      await chat(interaction).followUp('Third, for everyone');
    });
    const seen = await (await newcomer.in(general).slash('checkin')).upTo(3);
    expect(seen.payloads.map(({ flags }) => flags)).toEqual([64, 64, 0]);
    expect(server.publiclySeen(general)).toBe('Third, for everyone');
  });

  it('is answered by components too, also in the edit of what was put off', async () => {
    const { newcomer, general } = await aBot(async (interaction) => {
      await chat(interaction).deferReply({ flags: MessageFlags.Ephemeral });
      const box = new ContainerBuilder().addTextDisplayComponents(new TextDisplayBuilder().setContent('In a box'));
      await chat(interaction).editReply({
        components: [box.addActionRowComponents(buttons('Next'))],
        flags: MessageFlags.IsComponentsV2,
      });
    });
    const seen = await newcomer.in(general).slash('checkin');
    expect(seen.text).toBe('In a box\nNext');
    expect(seen.payloads).toMatchObject([{ flags: MessageFlags.IsComponentsV2 | MessageFlags.Ephemeral }]);
  });

  it('carries files, which are named in its text', async () => {
    const { newcomer } = await aBot((interaction) =>
      chat(interaction).reply({
        content: 'Yours',
        files: [{ attachment: Buffer.from('{}'), name: 'export.json', description: 'all of it' }],
      }),
    );
    expect((await newcomer.alone.slash('checkin')).text).toBe('Yours\nexport.json\nall of it');
  });
});

describe('the server refuses, as Discord does,', () => {
  it('a message to whoever closed their DMs: 50007', async () => {
    const { client, newcomer } = await aBot(async () => {});
    newcomer.closeDms();
    await expect(client.users.send(newcomer.id, 'Hello')).rejects.toMatchObject({ code: 50007, status: 403 });
  });

  it('a message where the bot may not write, in a deleted channel, and in a guild that it left: 50013, 10003, 50001', async () => {
    const { client, guild, general } = await aBot(async () => {});
    const post = () =>
      client.rest.post(`/channels/${general.id}/messages`, {
        body: { content: 'Hi', allowed_mentions: { parse: [] } },
      });
    general.silenceBot();
    await expect(post()).rejects.toMatchObject({ code: 50013 });
    guild.removeBot();
    await expect(post()).rejects.toMatchObject({ code: 50001 });
    general.remove();
    await expect(post()).rejects.toMatchObject({ code: 10003 });
  });

  it('an edit of a message that is deleted, or that someone else wrote: 10008, 50005', async () => {
    const { client, general, newcomer } = await aBot(async () => {});
    const message = await send(client, general, { content: 'Here' });
    await message.edit('There');
    await message.delete();
    await expect(message.edit('Nowhere')).rejects.toMatchObject({ code: 10008 });
    const { id } = newcomer.in(general).writes('mine');
    const edit = client.rest.patch(`/channels/${general.id}/messages/${id}`, {
      body: { content: 'Hi', allowed_mentions: { parse: [] } },
    });
    await expect(edit).rejects.toMatchObject({ code: 50005 });
  });

  it('a second thread on one message: 160004', async () => {
    const { client, guild, general, server } = await aBot(async () => {});
    const message = await send(client, general, { content: 'Here' });
    const thread = await message.startThread({ name: 'A thread' });
    await thread.send('In it');
    expect(server.publiclySeen(guild.thread(general, 'A thread'))).toBe('In it');
    const again = client.rest.post(`/channels/${general.id}/messages/${message.id}/threads`, {
      body: { name: 'Another' },
    });
    await expect(again).rejects.toMatchObject({ code: 160004 });
  });
});

describe('the commands of a bot', () => {
  it('are given back as they are kept, so that a bot need not write them again', async () => {
    const { server, client } = await aBot(async () => {});
    const kept = await client.rest.get(`/applications/${client.application?.id}/commands`);
    const mood = { type: 4, name: 'mood', description: 'From 1 to 5', min_value: 1, max_value: 5 };
    const note = { type: 3, name: 'note', description: 'A note', autocomplete: true };
    const keep = { type: 5, name: 'keep', description: 'Keep it' };
    expect(kept).toMatchObject([
      { name: 'checkin', type: 1, contexts: null, nsfw: false, options: [mood, note, keep] },
    ]);
    expect(server.commands).toEqual(['checkin']);
    expect(server.requestsOf('PUT /applications/:application/commands')).toHaveLength(1);
  });

  it('are shown to those who may use them', async () => {
    const { client, newcomer, guild, general } = await aBot((interaction) => chat(interaction).reply('Done'));
    await client.application?.commands.set([
      { name: 'community', description: 'Settings', defaultMemberPermissions: 'ManageGuild', contexts: [0] },
    ]);
    await expect(newcomer.in(general).slash('community')).rejects.toThrow('/community is not shown to newcomer');
    await expect(newcomer.alone.slash('community')).rejects.toThrow('/community is not shown here');
    guild.admit(newcomer, guild.role('moderators', 'manageGuild'));
    expect((await newcomer.in(general).slash('community')).text).toBe('Done');
  });
});
