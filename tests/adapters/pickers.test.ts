import { ComponentType } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { answersIn as discordAnswers, toModal as discordModal } from '../../src/adapters/discord/modal.ts';
import { answersIn as slackAnswers, toModal as slackModal } from '../../src/adapters/slack/modal.ts';
import { unescape } from '../../src/adapters/slack/rich-text.ts';
import type { OpenForm } from '../../src/core/language/answer.ts';
import { channel, date, type Field, timeOfDay } from '../../src/core/language/field.ts';
import { content } from '../support/world.ts';

const words = content.wordsFor('en');
const about = { label: 'field.day', hint: 'hint.day' } as const;

/** A form with one field of each kind that a platform has a picker for. */
function form(given: { where?: string; day?: string; at?: string } = {}): OpenForm {
  const fields: [string, Field, string | undefined][] = [
    ['where', channel({ ...about, required: true }), given.where],
    ['day', date(about), given.day],
    ['at', timeOfDay(about), given.at],
  ];
  return {
    token: 'a.form',
    step: 0,
    stepCount: 1,
    title: 'A form',
    fields: fields.map(([name, field, before = '']) => ({ name, field, label: name, hint: name, given: before })),
  };
}

describe('a form that asks for a channel, a date and a time of day', () => {
  it('is picked from lists on Slack, and shows what was given before', () => {
    const at = { respondAt: null, chat: null };
    const { blocks } = slackModal(form({ where: 'T1/C1', day: '2026-03-08', at: '09:00' }), at, words);
    expect(blocks.map((block) => ('element' in block ? block.element : null))).toMatchObject([
      { type: 'channels_select', initial_channel: 'C1' },
      { type: 'datepicker', initial_date: '2026-03-08' },
      { type: 'timepicker', initial_time: '09:00' },
    ]);
    const empty = slackModal(form({ day: 'tomorrow', at: '9 pm' }), at, words);
    expect(JSON.stringify(empty)).not.toContain('initial_');
  });

  it('comes back from Slack by field', () => {
    expect(
      slackAnswers(
        {
          where: { answer: { selected_channel: 'C1' } },
          day: { answer: { selected_date: '2026-03-08' } },
          at: { answer: { selected_time: null } },
        },
        'T1',
      ),
    ).toEqual({ where: 'T1/C1', day: '2026-03-08', at: '' });
  });

  it('has Discord’s own list of channels, and is read back', () => {
    const { components } = discordModal(form({ where: '1100000000000000001' }), words);
    const inputs = components.map((each) => ('component' in each ? each.component : null));
    expect(inputs).toMatchObject([
      { type: ComponentType.ChannelSelect, max_values: 1, default_values: [{ id: '1100000000000000001' }] },
      { type: ComponentType.TextInput },
      { type: ComponentType.TextInput },
    ]);
    const sent = { type: ComponentType.ChannelSelect, custom_id: 'where', values: ['1100000000000000001'] };
    expect(discordAnswers([{ component: sent }])).toEqual({ where: '1100000000000000001' });
  });
});

it('a channel that is typed on Slack is meant itself where an option takes it, and reads as its name elsewhere', () => {
  expect(unescape('set where:<#C0123|general> note:"see <#C0456|random>"', 'T0789')).toBe(
    'set where:T0789/C0123 note:"see random"',
  );
});
