import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Content } from '../../src/core/conversation/context.ts';
import { noLimits } from '../../src/core/conversation/traffic.ts';
import { hostOf } from '../../src/core/host.ts';
import type { Caller } from '../../src/core/language/request.ts';
import { wordsOf } from '../../src/core/language/words/words.ts';
import { openTimetable } from '../../src/core/meetings/timetable.ts';
import { noMetrics } from '../../src/core/platform/metrics.ts';
import type { ZoneId } from '../../src/core/values/time.ts';
import { quietLog } from '../support/storage.ts';
import { content, openWorld, type World } from '../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const harbor = { platform: 'memory', key: 'harbor' };

/** What someone is answered of whom the platform tells this, in a bot that speaks German too. */
async function asks(line: string, told: Partial<Caller>) {
  const { store, kind } = world;
  const german = wordsOf('de', { 'check-in.done-today': 'Eingetragen', 'check-in.again-today': 'Noch da' }, {}, '/');
  const knows: Content = {
    ...content,
    wordsFor: (locale) => (locale === 'de' ? german : content.wordsFor(locale)),
    asTyped: () => knows,
  };
  const clock = { now: () => world.now() };
  const shared = { store, content: knows, timetable: openTimetable(store.meetings), clock, log: quietLog };
  const inbox = hostOf(kind, { ...shared, traffic: noLimits, metrics: noMetrics }).inbox({
    mayModerate: async () => false,
    mayPost: async () => 'unknown',
  });
  const person = world.person('amy', told.community === undefined ? {} : { community: told.community });
  const request = person.request();
  const intake = inbox.read({ kind: 'typed', name: line, rest: '' }, { opensForms: false });
  const answer = await intake.answer({ ...request, caller: { ...request.caller, locale: null, ...told } });
  if (!('view' in answer)) throw new Error(answer.kind);
  const [heading] = answer.view.blocks;
  return heading?.kind === 'heading' ? heading.text : '';
}

it('who writes where the platform does not tell their language is answered in the one that it last told', async () => {
  expect(await asks('checkin', {})).not.toBe('Eingetragen');
  await asks('checkin', { locale: 'de' });
  expect(await asks('checkin', {})).toBe('Noch da');
  await asks('checkin', { locale: 'en' });
  expect(await asks('checkin', {})).not.toBe('Noch da');
});

it('their day is that of the zone that the platform last told, until they set their own', async () => {
  world.itIs('2026-03-08T23:30', 'America/New_York');
  await asks('checkin', { zone: 'America/New_York' as ZoneId });
  const told = (await world.store.members.find({ platform: 'memory', key: 'amy' }))?.told;
  expect(told).toEqual({ locale: null, zone: 'America/New_York' });
  // In UTC it is the day after.
  expect((await world.person('amy').says('/checkin')).text).toContain('1 check-in in a row');
});

it('a community speaks the language that the platform tells of it', async () => {
  await world.person('mo', { community: 'harbor', moderator: true }).says('/community country:IE');
  await asks('checkin', { community: 'harbor', communityLocale: 'de' });
  expect(await world.store.communities.find(harbor)).toMatchObject({ locale: 'de', country: 'IE' });
  await asks('checkin', { community: 'harbor', communityLocale: null });
  expect(await world.store.communities.find(harbor)).toMatchObject({ locale: 'de' });
});
