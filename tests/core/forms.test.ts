import { afterEach, describe, expect, it } from 'vitest';
import { openWorld, type World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

async function openForm(fieldsPerForm: number) {
  world = await openWorld({ fieldsPerForm });
  world.itIs('2026-03-10T09:00', 'UTC');
  const amy = world.person('amy', { zone: 'UTC' });
  await amy.says('/settings keep:yes');
  await amy.says('/checkin');
  return { amy, seen: await amy.presses('Say more about today') };
}

async function details(): Promise<unknown> {
  const account = await world.store.members.find({ platform: 'memory', key: 'amy' });
  if (account === null) return null;
  return (await world.store.checkIns.find(account.member.id, '2026-03-10' as never))?.details;
}

describe('a form where there are no forms', () => {
  it('is asked one question at a time, by button or by word', async () => {
    const { amy, seen } = await openForm(0);
    expect(seen.text).toContain('Mood (1 of 5)');
    expect((await amy.presses('Mood 4 of 5')).text).toContain('Craving (2 of 5)');
    expect((await amy.says('3')).text).toContain('Confidence (3 of 5)');
    expect((await amy.presses('Skip')).text).toContain('How I am (4 of 5)');
    expect((await amy.says('tired, hungry')).text).toContain('Note (5 of 5)');
    const done = await amy.says('slept badly\nstill here');
    expect(done.text).toContain("Today's check-in, updated");
    expect(await details()).toEqual({
      mood: 4,
      craving: 3,
      feelings: ['tired', 'hungry'],
      note: 'slept badly\nstill here',
    });
    expect((await amy.says('slept badly')).text).toContain('What would help?');
  });

  it('asks again when an answer does not fit, and keeps those before it', async () => {
    const { amy } = await openForm(0);
    await amy.says('2');
    const again = await amy.says('11');
    expect(again.text).toContain('Craving takes a whole number from 0 to 10. You gave “11”.');
    expect(again.text).toContain('Craving (2 of 5)');
    for (const line of ['5', 'skip', 'skip', 'skip']) await amy.says(line);
    expect(await details()).toEqual({ mood: 2, craving: 5 });
  });

  it('waits while the member asks for something else', async () => {
    const { amy } = await openForm(0);
    await amy.says('5');
    expect((await amy.says('/sos')).text).toContain('If a life is in danger now');
    expect((await amy.says('1')).text).toContain('Confidence (3 of 5)');
  });

  it('is let go of with one word, and after a day by itself', async () => {
    const { amy } = await openForm(0);
    expect((await amy.says('cancel')).text).toContain('Let go. Nothing of it was kept.');
    expect((await amy.says('4')).text).toContain('What would help?');
    await amy.says('/checkin');
    await amy.presses('Say more about today');
    world.itIs('2026-03-11T09:01', 'UTC');
    expect((await amy.says('4')).text).toContain('What would help?');
  });

  it('answers a button of an earlier question with the one that is open', async () => {
    const { amy } = await openForm(0);
    const early = { kind: 'action', token: 'form.answer:ci.form:0:1' } as const;
    await amy.asks(early);
    expect((await amy.asks({ ...early, token: 'form.answer:ci.form:0:5' })).text).toContain('Craving (2 of 5)');
    for (const line of ['skip', 'skip', 'skip', 'skip']) await amy.says(line);
    expect(await details()).toEqual({ mood: 1 });
  });

  it('is never answered by a button of another form', async () => {
    const { amy } = await openForm(0);
    await amy.says('4');
    await amy.says('/settings');
    await amy.presses('Take a pause');
    const seen = await amy.asks({ kind: 'action', token: 'form.answer:ci.form:0:1' });
    expect(seen.text).toContain('Pause from (1 of 2)');
    expect(seen.answer.kind).toBe('replace');
  });

  it('loses no answer when two come at once', async () => {
    const { amy } = await openForm(0);
    await Promise.all([amy.says('4'), amy.says('5')]);
    const seen = await amy.says('3');
    expect(seen.text).toContain('Confidence (3 of 5)');
    for (const line of ['skip', 'skip', 'skip']) await amy.says(line);
    expect(await details()).toMatchObject({ craving: 3 });
  });

  it('answers its last question the same when the update comes again', async () => {
    const { amy } = await openForm(0);
    for (const line of ['4', 'skip', 'skip', 'skip']) await amy.says(line);
    const first = await amy.asks({ kind: 'text', text: 'still here' }, 'last');
    const second = await amy.asks({ kind: 'text', text: 'still here' }, 'last');
    expect(second.text).toBe(first.text);
    expect(await details()).toEqual({ mood: 4, note: 'still here' });
  });

  it('takes no answer twice from an update that comes again', async () => {
    const { amy } = await openForm(0);
    await amy.asks({ kind: 'text', text: '2' }, 'update 1');
    expect((await amy.asks({ kind: 'text', text: '2' }, 'update 1')).text).toContain('Craving (2 of 5)');
  });
});

describe('a check-in as a form', () => {
  it('is asked for with the command, for today or yesterday', async () => {
    const { amy } = await openForm(0);
    await amy.says('cancel');
    expect((await amy.says('/checkin form:yes day:yesterday')).text).toContain('Mood (1 of 5)');
    for (const line of ['3', 'skip', 'skip', 'skip']) await amy.says(line);
    expect((await amy.says('skip')).text).toContain('Checked in for yesterday');
    expect(await details()).toEqual({});
  });

  it('opens at once where there are forms', async () => {
    const { amy } = await openForm(5);
    expect((await amy.says('/checkin form:yes')).answer).toMatchObject({
      kind: 'open',
      form: { title: 'How today is' },
    });
  });
});

describe('a form where there are forms', () => {
  it('opens at once, and is saved when it comes back', async () => {
    const { amy, seen } = await openForm(5);
    expect(seen.answer).toMatchObject({ kind: 'open', form: { step: 0, stepCount: 1, title: 'How today is' } });
    if (seen.answer.kind !== 'open') return;
    const { token, step, fields } = seen.answer.form;
    expect(fields.map(({ name }) => name)).toEqual(['mood', 'craving', 'confidence', 'feelings', 'note']);
    const done = await amy.asks({
      kind: 'form',
      token,
      step,
      answers: { mood: '4', craving: '', note: 'ok', feelings: ['tired'] },
    });
    expect(done.text).toContain("Today's check-in, updated");
    expect(await details()).toEqual({ mood: 4, feelings: ['tired'], note: 'ok' });
  });

  it('opens again as it was left when something did not fit', async () => {
    const { amy, seen } = await openForm(5);
    if (seen.answer.kind !== 'open') throw new Error('No form');
    const { token, step } = seen.answer.form;
    const bad = await amy.asks({ kind: 'form', token, step, answers: { mood: '6', note: 'a long evening' } });
    expect(bad.answer).toMatchObject({ kind: 'refused', problems: [{ field: 'mood' }] });
    const again = await amy.presses('Open it again, as you left it');
    expect(again.answer).toMatchObject({
      kind: 'open',
      form: { fields: [{ given: '6' }, {}, {}, {}, { given: 'a long evening' }] },
    });
  });

  it('refuses a form that is forged', async () => {
    const { amy } = await openForm(5);
    const forged = { kind: 'form', step: 0, answers: { mood: '4' } } as const;
    for (const token of ['no.such', 'ci.form:2026-99-99', 'ci.form', '']) {
      expect((await amy.asks({ ...forged, token })).answer.kind).toBe('refused');
    }
    expect((await amy.asks({ ...forged, token: 'ci.form:2026-03-10', step: 7 })).answer.kind).toBe('refused');
    expect((await amy.asks({ ...forged, token: 'ci.form:2020-01-01' })).answer).toMatchObject({ reason: 'too-late' });
    expect(await details()).toEqual({});
  });
});

describe('what an answer will be like', () => {
  it('is known before the work is done', async () => {
    const { amy } = await openForm(5);
    const lines = ['/checkin', '/sos', '/progress', '/community', '/nonsense', 'hello', '/cope', '/settings'];
    for (const line of lines) {
      const name = line.startsWith('/') ? line.slice(1) : null;
      const asked =
        name === null ? ({ kind: 'text', text: line } as const) : ({ kind: 'typed', name, rest: '' } as const);
      const expected = world.platform.inbox.read(asked, { opensForms: true }).expected;
      const { answer } = await amy.asks(asked);
      if (answer.kind !== 'refused') expect(answer).toMatchObject({ kind: expected.kind });
      if (answer.kind !== 'open') expect(answer.audience).toBe(expected.audience);
    }
    const more = { kind: 'action', token: 'ci.more:2026-03-10' } as const;
    expect(world.platform.inbox.read(more, { opensForms: true }).expected.kind).toBe('open');
    expect(
      world.platform.inbox.read({ kind: 'action', token: 'ci.mood:2026-03-10:4' }, { opensForms: true }).expected.kind,
    ).toBe('replace');
  });
});
