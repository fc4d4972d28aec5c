import { describe, expect, it } from 'vitest';
import { webLinkIn } from '../../src/core/meetings/link.ts';
import { readMeetingGuide } from '../../src/core/meetings/meeting-guide.ts';

const good = { slug: 'good', name: 'Good', day: 0, time: '19:00', address: '1 Main St' };
const long = 5_000_000;
const wrapper = 'https://gcc02.safelinks.protection.outlook.com/?url=';

/** What a feed of the hostile rows and one good row gives, which must be there, and soon. */
function readBeside(...rows: object[]) {
  const started = performance.now();
  const { meetings, keptOut } = readMeetingGuide([...rows, good], null);
  expect(performance.now() - started).toBeLessThan(1_000);
  expect(meetings.at(-1)?.slug).toBe('good');
  return { meetings: meetings.slice(0, -1), keptOut: Object.fromEntries(keptOut) };
}

describe('a hostile row of a feed', () => {
  it('takes no memory for a link that is wrapped twenty thousand times', () => {
    const bomb = `${wrapper.repeat(20_000)}https://example.org/`;
    const { meetings } = readBeside({ ...good, slug: 'bomb', conference_url: bomb, url: bomb });
    expect(meetings).toMatchObject([{ slug: 'bomb', joinUrl: null, sourceUrl: null, attendance: 'in-person' }]);
  });

  it('has names, places and addresses of five million letters cut at a length that can be shown', () => {
    const name = 'word '.repeat(long / 5);
    const { meetings } = readBeside({ ...good, slug: 'long', name, location: name, formatted_address: name });
    const [meeting] = meetings;
    expect(meeting?.name).toMatch(/^word .*word…$/);
    expect(meeting?.name.length).toBeLessThanOrEqual(200);
    expect(meeting?.location?.length).toBeLessThanOrEqual(200);
    expect(meeting?.address?.length).toBeLessThanOrEqual(300);
  });

  it('has an address that is put together of long parts cut as a whole', () => {
    const part = 'x'.repeat(290);
    const { meetings } = readBeside({ ...good, slug: 'long', address: part, city: part, state: part });
    expect(meetings[0]?.address).toMatch(/^x.{1,298}…$/);
  });

  it('has no slug of five million letters for a key, but its name', () => {
    const { meetings } = readBeside({ ...good, name: 'Long slug', slug: 's'.repeat(long) });
    expect(meetings.map(({ slug }) => slug)).toEqual(['Long slug']);
  });

  it('has no link and no phone number that is longer than one can be, rather than a part of it', () => {
    const { meetings } = readBeside({
      ...good,
      slug: 'long',
      conference_url: `https://example.org/${'a'.repeat(long)}`,
      url: `https://example.org/${'ü'.repeat(1_000)}`,
      conference_phone: '1'.repeat(long),
    });
    expect(meetings).toMatchObject([{ joinUrl: null, joinPhone: null, sourceUrl: null, attendance: 'in-person' }]);
  });

  it('has at most forty codes, each of at most ten letters', () => {
    const codes = Array.from({ length: 100_000 }, (_, i) => `C${i}`);
    const { meetings } = readBeside(
      { ...good, slug: 'list', types: ['x'.repeat(long), 'O', ...codes] },
      { ...good, slug: 'text', types: `${'x'.repeat(long)}, O, ${codes.join(', ')}` },
      { ...good, slug: 'commas', types: ','.repeat(long) },
    );
    const [list, text, commas] = meetings.map(({ types }) => types);
    for (const types of [list, text]) {
      expect(types?.[0]).toBe('O');
      expect(types?.length).toBeLessThanOrEqual(40);
    }
    expect(commas).toEqual([]);
  });

  it('is kept out, and counted, when it is on more than seven days', () => {
    const day = Array.from({ length: 1_000_000 }, (_, i) => i % 7);
    const { meetings, keptOut } = readBeside({ ...good, slug: 'days', day });
    expect(meetings).toEqual([]);
    expect(keptOut).toEqual({ 'a day that is none of 0 to 6': 1 });
  });

  it('is read as well as it can be when its other fields are five million letters, or lists within lists', () => {
    const nested = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown;
    const filler = ' x'.repeat(long / 2);
    const { meetings, keptOut } = readBeside(
      { ...good, slug: 'time', time: `19:00 ${'x'.repeat(long)}` },
      { ...good, slug: 'day', day: filler },
      { ...good, slug: 'zone', timezone: 'x'.repeat(long), end_time: filler, attendance_option: filler },
      { ...good, slug: 'nested', latitude: nested, longitude: nested, types: nested, location: nested },
    );
    expect(meetings.map(({ slug, zone }) => [slug, zone])).toEqual([
      ['zone', null],
      ['nested', null],
    ]);
    expect(keptOut).toEqual({ 'a time that cannot be read': 1, 'a day that is none of 0 to 6': 1 });
  });

  it('brings no sign into the database that a database cannot hold', () => {
    const { meetings } = readBeside({ ...good, slug: 'a\u0000b\ud800', name: 'Nul\u0000l \ud83c', types: ['O\u0000'] });
    expect(meetings).toMatchObject([{ slug: 'ab', name: 'Null', types: ['O'] }]);
  });
});

describe('a link that mail scanners wrapped', () => {
  const wrapped = (times: number) =>
    Array.from({ length: times }).reduce<string>((url) => wrapper + encodeURIComponent(url), 'https://zoom.us/j/1');

  it('is unwrapped twice at most, and not shown where it leads to another wrapper', () => {
    expect(webLinkIn(wrapped(1))).toBe('https://zoom.us/j/1');
    expect(webLinkIn(wrapped(2))).toBe('https://zoom.us/j/1');
    expect(webLinkIn(wrapped(3))).toBeNull();
  });
});
