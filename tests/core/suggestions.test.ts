import { describe, expect, it } from 'vitest';
import { suggestionsMax } from '../../src/core/language/suggest.ts';
import { countryCode, countryName, suggestCountries } from '../../src/core/members/country.ts';
import { suggestZones, zoneText } from '../../src/core/members/zone.ts';
import { definitionsOver } from '../../src/core/rooms.ts';
import { content } from '../support/world.ts';

const zones = (typed: string) => suggestZones(typed).map(({ value }) => value);
const countries = (typed: string, locale = 'en') => suggestCountries(typed, locale).map(({ value }) => value);
const words = content.wordsFor('en');
const letters = 'abcdefghijklmnopqrstuvwxyz'.split('');

describe('while someone types a time zone, they are offered', () => {
  it.each([
    ['new y', 'America/New_York', 'New York (America/New_York)'],
    ['NEW_YORK', 'America/New_York', 'New York (America/New_York)'],
    ['são p', 'America/Sao_Paulo', 'Sao Paulo (America/Sao_Paulo)'],
    ['berl', 'Europe/Berlin', 'Berlin (Europe/Berlin)'],
    ['america/chi', 'America/Chicago', 'Chicago (America/Chicago)'],
    ['utc', 'UTC', 'UTC'],
  ])('for “%s” %s first', (typed, value, label) => {
    expect(suggestZones(typed)[0]).toEqual({ value, label });
  });

  it('what begins like that before what has it within', () => {
    expect(zones('york')).toContain('America/New_York');
    const found = zones('lin');
    expect(found.indexOf('Australia/Lindeman')).toBe(0);
    expect(found.indexOf('Europe/Berlin')).toBeGreaterThan(0);
  });

  it('a place by the name that its people use, and by the older one', () => {
    for (const typed of ['kolkata', 'calcutta']) expect(zones(typed)).toEqual(['Asia/Kolkata']);
    for (const typed of ['kyiv', 'kiev']) expect(zones(typed)).toEqual(['Europe/Kyiv']);
    expect(zones('buenos')).toEqual(['America/Argentina/Buenos_Aires']);
  });

  it('one city for each clock before they type anything', () => {
    expect(zones(' ')).toEqual(expect.arrayContaining(['America/New_York', 'Europe/London', 'Asia/Tokyo']));
    expect(zones('').length).toBeLessThanOrEqual(suggestionsMax);
  });

  it('nothing for what is no place', () => {
    expect(zones('atlantis')).toEqual([]);
  });

  it('only what is then understood', () => {
    const offered = ['', ...letters].flatMap((letter) => zones(letter));
    expect(offered.length).toBeGreaterThan(300);
    for (const value of offered) expect(zoneText.safeParse(value)).toEqual({ success: true, data: value });
  });
});

describe('while someone types a country, they are offered', () => {
  it.each([
    ['us', 'US'],
    ['IE', 'IE'],
    ['irel', 'IE'],
    ['uk', 'GB'],
    ['engl', 'GB'],
    ['usa', 'US'],
    ['great b', 'GB'],
    ['cote d', 'CI'],
  ])('for “%s” %s first', (typed, code) => {
    expect(countries(typed)[0]).toBe(code);
  });

  it('what begins like that before what has it within', () => {
    expect(countries('guinea')).toEqual(['GN', 'GW', 'GQ', 'PG']);
  });

  it('its name in their own language, found by that and by the English one', () => {
    expect(suggestCountries('alem', 'es')[0]).toEqual({ value: 'DE', label: 'Alemania' });
    expect(suggestCountries('germ', 'es')[0]).toEqual({ value: 'DE', label: 'Alemania' });
    expect(suggestCountries('germ', 'en')[0]).toEqual({ value: 'DE', label: 'Germany' });
  });

  it('some to pick from before they type anything, in the order of their alphabet', () => {
    const offered = suggestCountries('', 'en').map(({ label }) => label);
    expect(offered).toHaveLength(suggestionsMax);
    expect(offered).toEqual(offered.toSorted((a, b) => a.localeCompare(b, 'en')));
    expect(countries('').length).toBeLessThanOrEqual(suggestionsMax);
    // Those that the bot has helplines of are the first to be there.
    for (const code of Object.keys(content.helplines)) expect(countries('')).toContain(code);
  });

  it('only countries, each once, and only what is then understood', () => {
    const offered = new Set(letters.flatMap((letter) => countries(letter)));
    expect(offered.size).toBeGreaterThan(150);
    for (const code of offered) expect(countryCode.safeParse(code)).toEqual({ success: true, data: code });
    for (const none of ['zz', 'eu', 'un', 'xa', 'narnia']) expect(countries(none)).not.toContain(none.toUpperCase());
    for (const letter of letters) expect(new Set(countries(letter)).size).toBe(countries(letter).length);
    expect(countries('germany')).toEqual(['DE']);
    expect(countryName('DE', 'en')).toBe('Germany');
  });
});

describe('offering while someone types', () => {
  it('is done by each command and form that asks where someone is', () => {
    const { commands, forms } = definitionsOver(content);
    const asking = [...commands.map(({ options }) => options), ...forms.map(({ fields }) => fields)];
    const fields = asking.flatMap((one) => Object.entries(one));
    for (const [name, typed, value] of [
      ['zone', 'berlin', 'Europe/Berlin'],
      ['country', 'germany', 'DE'],
    ] as const) {
      const places = fields.filter(([called]) => called === name).map(([, field]) => field);
      expect(places.length).toBeGreaterThanOrEqual(3);
      for (const field of places) {
        if (field.kind !== 'text') throw new Error(`${name} is not typed`);
        expect(field.complete?.(typed, words)[0]?.value).toBe(value);
      }
    }
  });

  it('takes a few milliseconds at most, since it is done at every letter', () => {
    suggestZones('a');
    suggestCountries('a', 'en');
    const begun = performance.now();
    for (const letter of letters) {
      suggestZones(letter);
      suggestCountries(letter, 'en');
    }
    expect((performance.now() - begun) / letters.length).toBeLessThan(5);
  });
});
