import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoreReads } from '../../src/core/conversation/store.ts';
import { day } from '../contracts/storage/fixtures.ts';
import { databases, type Row } from '../support/raw-database.ts';
import { flipOneBit, schema, sealedColumns } from '../support/sealed-cells.ts';
import { SealedDatabase } from '../support/sealed-database.ts';
import { days, now, strategyId, wordsOf } from '../support/sealed-people.ts';
import { opens, readers } from '../support/sealed-readers.ts';

describe.each(databases)('what is sealed in %s', (_, newDatabase) => {
  let sealed: SealedDatabase;

  beforeAll(async () => {
    sealed = await SealedDatabase.open(newDatabase);
  }, 60_000);
  afterAll(() => sealed.close());

  it('is every column of bytes in the schema, and each is tried here', () => {
    const columns = sealedColumns.map(({ table, column }) => `${table}.${column}`);
    expect(columns.toSorted()).toEqual(Object.keys(readers).toSorted());
    expect(columns).toHaveLength(schema.match(/\bBytes\b(?! are)/g)?.length ?? 0);
    for (const name of columns) {
      const cells = sealed.cells.filter(({ table, column }) => `${table}.${column}` === name);
      expect(new Set(cells.map((cell) => sealed.ownerOf(cell))).size, name).toBeGreaterThanOrEqual(2);
    }
  });

  it('is read by whom it belongs to', async () => {
    expect(await sealed.unreadable()).toEqual([]);
    const { amy, amyElsewhere } = sealed.people;
    const { checkIns, members } = sealed.reads();
    expect((await checkIns.find(amy.memberId, days[0]))?.details.note).toBe(wordsOf(amy));
    expect((await members.find(amyElsewhere))?.member.ownWords).toBe(wordsOf(amy));
  });

  it('is refused in the place of any other: another row, another member, another column', async () => {
    const { cells } = sealed;
    const opensIn: string[] = [];
    let swaps = 0;
    for (const cell of cells) {
      for (const other of cells) {
        if (other === cell) continue;
        await sealed.put(cell, other.sealed);
        swaps += 1;
        if (await sealed.opens(cell)) opensIn.push(`${other.name} in ${cell.name}`);
      }
      await sealed.put(cell, cell.sealed);
      expect(await sealed.unreadable([cell])).toEqual([]);
    }
    expect(opensIn).toEqual([]);
    expect(swaps).toBeGreaterThan(700);
  });

  it('is refused when a bit of it was changed', async () => {
    const opensAs: string[] = [];
    for (const cell of sealed.cells) {
      for (let flips = 0; flips < 15; flips += 1) {
        await sealed.put(cell, flipOneBit(cell.sealed));
        if (await sealed.opens(cell)) opensAs.push(cell.name);
      }
      await sealed.put(cell, cell.sealed);
    }
    expect(opensAs).toEqual([]);
  });

  it('harms nobody else when it was changed', async () => {
    for (const cell of sealed.cells) {
      await sealed.whileChanged([cell], async () => {
        const others = sealed.cells.filter((other) => sealed.ownerOf(other) !== sealed.ownerOf(cell));
        expect(await sealed.unreadable(others), `beside ${cell.name}`).toEqual([]);
      });
    }
  });

  it('is refused when its row was given to another day, another run, another request, another account or member', async () => {
    const { amy, bob, amyElsewhere } = sealed.people;
    const [toAmy, toBob] = [{ memberId: amy.memberId }, { memberId: bob.memberId }];
    const toElsewhere = { accountId: amyElsewhere.accountId };
    const otherDay = day('2026-02-01');
    const lookup = sealed.keyring.lookup('request', 'second elsewhere');
    const checkIn = { memberId: amy.memberId, day: days[0] };
    const run = { memberId: amy.memberId, id: 'one' };
    const details = { accountId: amy.accountId, kind: 'details' };
    const form = { accountId: amyElsewhere.accountId, kind: 'form' };
    const answer = { accountId: amy.accountId, lookup: sealed.keyring.lookup('request', 'first') };
    const moves: [table: string, row: Row, to: Row, read: (from: StoreReads) => Promise<unknown>][] = [
      ['CheckIn', checkIn, { day: otherDay }, ({ checkIns }) => checkIns.find(amy.memberId, otherDay)],
      ['CheckIn', checkIn, { ...toBob, day: otherDay }, ({ checkIns }) => checkIns.since(bob.memberId, otherDay)],
      ['CopingSession', run, { id: 'two' }, ({ coping }) => coping.rated(amy.memberId, strategyId)],
      ['CopingSession', run, { ...toBob, id: 'two' }, ({ coping }) => coping.rated(bob.memberId, strategyId)],
      ['Draft', form, { kind: 'details' }, ({ drafts }) => drafts.find(amyElsewhere, 'details', now)],
      ['Draft', details, toElsewhere, ({ drafts }) => drafts.find(amyElsewhere, 'details', now)],
      ['HandledRequest', answer, toElsewhere, ({ idempotency }) => idempotency.answer(amyElsewhere, 'first')],
      ['HandledRequest', answer, { lookup }, ({ idempotency }) => idempotency.answer(amy, 'second elsewhere')],
      ['Account', { id: amy.accountId, ...toAmy }, toBob, ({ members }) => members.find(amy)],
      ['Account', { id: bob.accountId, ...toBob }, toAmy, ({ members }) => members.find(bob)],
    ];
    for (const [table, row, to, read] of moves) {
      await move(table, row, to);
      expect(await opens(read(sealed.reads())), `${table} to ${JSON.stringify(to)}`).toBe(false);
      await move(table, { ...row, ...to }, row);
    }
    expect(await sealed.unreadable()).toEqual([]);
  });

  async function move(table: string, row: Row, to: Row): Promise<void> {
    const sets = Object.keys(to).map((name, i) => `"${name}" = $${i + 1}`);
    const wheres = Object.keys(row).map((name, i) => `"${name}" = $${sets.length + i + 1}`);
    const values = [...Object.values(to), ...Object.values(row)];
    await sealed.raw.run(`UPDATE "${table}" SET ${sets.join(', ')} WHERE ${wheres.join(' AND ')}`, ...values);
  }

  it('gives nobody another one’s account when two exchanged what they are found by', async () => {
    const { amy, bob, amyElsewhere } = sealed.people;
    for (const other of [bob, amyElsewhere]) {
      await sealed.whileExchanged('Account', [amy.accountId, other.accountId], async () => {
        expect(await opens(sealed.reads().members.find(amy))).toBe(false);
        expect(await opens(sealed.reads().members.find(other))).toBe(false);
      });
    }
    expect(await opens(sealed.reads().members.find(amy))).toBe(true);
  });

  it('hides no community where the bot is, and names none that was given to another platform', async () => {
    const { harbor, hillside } = sealed.people;
    const names = async (platform: string) => (await sealed.reads().communities.present(platform)).toSorted();
    expect(await names('memory')).toEqual([harbor.key, hillside.key]);
    await sealed.whileChanged(sealed.cellsOf(harbor.communityId), async () => {
      expect(await names('memory')).toEqual([hillside.key]);
    });
    const give = (platform: string) =>
      sealed.raw.run('UPDATE "Community" SET "platform" = $1 WHERE "id" = $2', platform, harbor.communityId);
    await give('elsewhere');
    expect(await names('elsewhere')).toEqual([]);
    await give('memory');
    expect(await names('memory')).toEqual([harbor.key, hillside.key]);
  });

  it('gives nobody another one’s draft or answer when two exchanged what they are found by', async () => {
    const { amy, bob } = sealed.people;
    await sealed.whileExchanged('Account', [amy.accountId, bob.accountId], async () => {
      expect(await opens(sealed.reads().drafts.find(amy, 'form', now))).toBe(false);
      expect(await opens(sealed.reads().idempotency.answer(amy, 'first'))).toBe(false);
    });
  });

  it('gives nobody the account of someone who has the same identifier on another platform', async () => {
    const { amy } = sealed.people;
    const namesake = { platform: 'elsewhere', key: amy.key };
    const { store, close } = await sealed.raw.open();
    const { id } = await store.transaction((tx) => tx.members.ensure(namesake, now));
    await close();
    await sealed.whileExchanged('Account', [amy.accountId, id], async () => {
      expect(await opens(sealed.reads().members.find(namesake))).toBe(false);
    });
  });
});
