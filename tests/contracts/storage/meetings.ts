import { describe, expect, it } from 'vitest';
import type { Meeting } from '../../../src/core/meetings/meeting.ts';
import { kolkata, meeting, newName, newYork, now, type StorageUnderTest, same } from './fixtures.ts';

export function meetingsContract(on: StorageUnderTest): void {
  const { write } = on;

  describe('meetings', () => {
    const add = (feed: string, importId: string, batch: readonly Meeting[]) =>
      write((tx) => tx.meetings.addBatch({ name: feed, program: 'AA' }, importId, batch, now));
    const show = (feed: string, importId: string, when = now) =>
      write((tx) => tx.meetings.switchTo(feed, importId, when));
    /** What is shown of some imports: tests share the database. */
    const shown = async (...imports: string[]) =>
      (await on.store.meetings.times()).filter(({ ref }) => imports.includes(ref.importId));
    const slugs = async (...imports: string[]) => (await shown(...imports)).map(({ ref }) => ref.slug).sort();

    it('shows nothing of an import until it is switched to, and then all of it at once', async () => {
      const feed = newName('feed');
      const [one, two] = [newName('import'), newName('import')];
      await add(feed, one, [meeting('a'), meeting('b')]);
      await add(feed, one, [meeting('c')]);
      expect(await slugs(one)).toEqual([]);
      await show(feed, one);
      expect(await slugs(one)).toEqual(['a', 'b', 'c']);
      await add(feed, two, [meeting('a'), meeting('d')]);
      expect(await slugs(one, two)).toEqual(['a', 'b', 'c']);
      await show(feed, two);
      expect(await slugs(one, two)).toEqual(['a', 'd']);
    });

    it('gives when a meeting is, with its own zone, or null where the source does not say', async () => {
      const [feed, importId] = [newName('feed'), newName('import')];
      const known = meeting('known', { weekday: 7, startMinute: 1_439, durationMinutes: 60, zone: kolkata });
      const unknown = meeting('unknown', { weekday: 1, startMinute: 0, durationMinutes: null, zone: null });
      await add(feed, importId, [known, unknown]);
      await show(feed, importId);
      const times = await shown(importId);
      expect(times).toHaveLength(2);
      for (const { slug, weekday, startMinute, durationMinutes, zone } of [known, unknown]) {
        const ref = { importId, slug, weekday, startMinute };
        expect(times).toContainEqual({ ref, weekday, startMinute, durationMinutes, zone });
      }
    });

    it('gives all times of a list of thousands, each once', async () => {
      const [feed, importId] = [newName('feed'), newName('import')];
      // Three meetings a slug, so that pages end within one.
      const all = Array.from({ length: 2_500 }, (_, i) => meeting(`s${i % 834}`, { weekday: 1 + Math.floor(i / 834) }));
      await add(feed, importId, all);
      await show(feed, importId);
      const key = ({ slug, weekday }: { slug: string; weekday: number }) => `${slug} ${weekday}`;
      expect((await shown(importId)).map(({ ref }) => key(ref)).sort()).toEqual(all.map(key).sort());
    });

    it('keeps every letter of a text, whatever it would mean in SQL or JSON', async () => {
      const [feed, importId] = [newName('feed'), newName('import')];
      const texts = [
        "O'Hara; DROP TABLE x --",
        '"\\" $.name {"a":[1]} ?',
        'two\nlines\ttab',
        '👩‍👩‍👧 e\u0301',
        'null',
        '12',
        '',
      ];
      const all = texts.map((text, i) => meeting(`${text} ${i}`, { name: text, location: text, types: ['O', text] }));
      await add(feed, importId, all);
      const refs = all.map(({ slug, weekday, startMinute }) => ({ importId, slug, weekday, startMinute }));
      const names = new Map(
        (await on.store.meetings.get(refs)).map(({ slug, name, location }) => [slug, [name, location]]),
      );
      expect(all.map(({ slug }) => names.get(slug))).toEqual(texts.map((text) => [text, text]));
    });

    it('gets meetings by their refs, each with all that the source told', async () => {
      const [feed, importId] = [newName('feed'), newName('import')];
      const bare = meeting('bare');
      const full = meeting('full', {
        name: 'Früh "am" Tag 🌅',
        durationMinutes: 90,
        zone: newYork,
        attendance: 'hybrid',
        types: ['O', 'A', 'X-1'],
        location: 'St. Mary’s\nhall',
        address: '1 Main St',
        joinUrl: 'https://example.org/?a=1&b=%20',
        joinPhone: '+1 555,,123#',
        sourceUrl: 'https://example.org/m',
      });
      const atNoon = { ...bare, startMinute: 720 };
      await add(feed, importId, [bare, full, atNoon]);
      await show(feed, importId);
      const refs = [bare, full, atNoon].map(({ slug, weekday, startMinute }) => ({
        importId,
        slug,
        weekday,
        startMinute,
      }));
      const [bareRef, fullRef] = refs;
      if (bareRef === undefined || fullRef === undefined) throw new Error('No refs');
      expect(await on.store.meetings.get([fullRef])).toMatchObject([{ ...full, ref: fullRef }]);
      expect(await on.store.meetings.get([bareRef])).toMatchObject([{ ...bare, ref: bareRef }]);
      expect(await on.store.meetings.get(refs)).toHaveLength(3);
      expect(await on.store.meetings.get([])).toEqual([]);
      expect(await on.store.meetings.get([{ ...fullRef, weekday: 6 }])).toEqual([]);
    });

    it('removes what older imports left in slices, and nothing that is shown', async () => {
      const [feed, otherFeed] = [newName('feed'), newName('feed')];
      const [one, two, other] = [newName('import'), newName('import'), newName('import')];
      await add(
        feed,
        one,
        ['a', 'b', 'c', 'd', 'e'].map((slug) => meeting(slug)),
      );
      await add(feed, two, [meeting('a'), meeting('f')]);
      await add(otherFeed, other, [meeting('g')]);
      await show(feed, two);
      await show(otherFeed, other);
      const removeOld = () => write((tx) => tx.meetings.removeOld(feed, two, 2));
      expect([await removeOld(), await removeOld(), await removeOld(), await removeOld()]).toEqual([2, 2, 1, 0]);
      expect(await slugs(one, two, other)).toEqual(['a', 'f', 'g']);
      const { weekday, startMinute } = meeting('a');
      expect(await on.store.meetings.get([{ importId: one, slug: 'a', weekday, startMinute }])).toEqual([]);
    });

    it('lists the feeds that show something, by name, with which import they show and since when', async () => {
      const name = newName('feed');
      const [b, a, hidden] = [`${name}-b`, `${name}-a`, `${name}-c`];
      const importId = newName('import');
      for (const feed of [b, a, hidden]) await add(feed, `${importId}-${feed}`, [meeting('a')]);
      await show(b, `${importId}-${b}`);
      await show(a, `${importId}-${a}`);
      await show(b, `${importId}-${b}`, now.add({ milliseconds: 1 }));
      const feeds = (await on.store.meetings.feeds()).filter((feed) => feed.name.startsWith(name));
      expect(same(feeds)).toEqual(
        same([
          { name: a, program: 'AA', importId: `${importId}-${a}`, importedAt: now },
          { name: b, program: 'AA', importId: `${importId}-${b}`, importedAt: now.add({ milliseconds: 1 }) },
        ]),
      );
    });

    it('switches to no import of a feed that is not there', async () => {
      await expect(show(newName('feed'), newName('import'))).rejects.toBeInstanceOf(Error);
    });
  });
}
