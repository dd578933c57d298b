import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planOf, type KnownScript, type LocalFile } from './plan.ts';

const name = fc.constantFrom('a.sh', 'b.py', 'c', 'bad name', '.hidden');
const digest = fc.constantFrom('1'.repeat(64), '2'.repeat(64));
const file: fc.Arbitrary<LocalFile> = fc
  .record({ folder: fc.constantFrom('', 'x/'), filename: name, sha256: digest })
  .map(({ folder, ...more }) => ({ path: folder + more.filename, ...more }));
const script: fc.Arbitrary<KnownScript> = fc.record({
  id: fc.uuid(),
  filename: name,
  sha256: digest,
  version: fc.integer({ min: 1, max: 9 }),
  used_by: fc.nat(3),
});
const files = fc.uniqueArray(file, { selector: ({ path }) => path });
const scripts = fc.array(script, { maxLength: 6 });

test('every file is created, changed, the same or a problem, and every script of no file is gone', () => {
  fc.assert(
    fc.property(files, scripts, (local, known) => {
      const { create, change, same, gone } = planOf(local, known);
      const taken = [...create, ...same, ...change.map((one) => one.file)];
      expect(new Set(taken).size).toBe(taken.length);
      expect(gone).toEqual(known.filter(({ filename }) => !local.some((one) => one.filename === filename)));
      for (const one of change) expect(one.file.sha256).not.toBe(one.script.sha256);
      for (const one of create) expect(known.map(({ filename }) => filename)).not.toContain(one.filename);
    }),
  );
});

test('once a plan was carried out, nothing is left to do', () => {
  fc.assert(
    fc.property(files, scripts, (local, known) => {
      const { create, change, problems } = planOf(local, known);
      const after = [
        ...known.map((one) => {
          const found = change.find(({ script: { id } }) => id === one.id);
          return found ? { ...one, sha256: found.file.sha256 } : one;
        }),
        ...create.map(({ filename, sha256 }) => ({ id: filename, filename, sha256, version: 1, used_by: 0 })),
      ];
      const again = planOf(local, after);
      expect([again.create, again.change]).toEqual([[], []]);
      expect(again.problems).toEqual(problems);
    }),
  );
});

test('files of one name in two folders, and names that no script can have, are told', () => {
  const at = (path: string): LocalFile => ({
    path,
    filename: path.split('/').at(-1) as string,
    sha256: '0'.repeat(64),
  });
  expect(planOf([at('x/a.sh'), at('y/a.sh'), at('my script.sh')], []).problems).toEqual([
    'x/a.sh and y/a.sh have one name: scripts have no folders, so call them otherwise.',
    'my script.sh cannot be a script: letters, digits, _, - and . are in its name, no others.',
  ]);
});
