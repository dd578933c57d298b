import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numberOf, pendingMigrations, type Migration } from './migration-plan.ts';

const migration = (number: number): Migration => ({
  number,
  name: `${String(number).padStart(6, '0')}_step.sql`,
  sql: 'select 1',
  sha256: `hash of ${number}`,
  transactional: true,
});

const history = fc
  .uniqueArray(fc.integer({ min: 1, max: 999_999 }), { maxLength: 30 })
  .map((numbers) => numbers.toSorted((a, b) => a - b).map(migration));

test('what is pending is what comes after the applied ones, in order, whatever the order of the files', () => {
  fc.assert(
    fc.property(history, fc.nat(30), fc.infiniteStream(fc.nat()), (all, count, shuffle) => {
      const applied = all.slice(0, count);
      const files = all
        .map((file) => ({ file, key: shuffle.next().value ?? 0 }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ file }) => file);
      expect(pendingMigrations(files, applied)).toEqual(all.slice(count));
    }),
  );
});

test('a history that differs anywhere is refused', () => {
  fc.assert(
    fc.property(
      history.filter(({ length }) => length > 1),
      fc.nat(),
      (all, pick) => {
        const index = pick % all.length;
        const without = all.toSpliced(index, 1);
        const changed = all.with(index, { ...all[index]!, sha256: 'other' });
        const last = index === all.length - 1;
        expect(() => pendingMigrations(without, all)).toThrow(
          expect.objectContaining({ code: last ? 'newer_database' : 'missing' }),
        );
        expect(() => pendingMigrations(changed, all)).toThrow(expect.objectContaining({ code: 'changed' }));
        if (!last)
          expect(() => pendingMigrations(all, without)).toThrow(
            expect.objectContaining({ code: 'out_of_order' }),
          );
        expect(() => pendingMigrations([...all, all[index]!], [])).toThrow(
          expect.objectContaining({ code: 'duplicate_number' }),
        );
      },
    ),
  );
});

test.each([
  '1_short.sql',
  '0000001_long.sql',
  '000001.sql',
  '000001_Upper.sql',
  '000001_a.down.sql',
  'notes.sql',
])('the name %s is refused', (name) => {
  expect(() => numberOf(name)).toThrow(expect.objectContaining({ code: 'bad_name' }));
});
