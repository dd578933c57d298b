import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bundleOf, recipesIn } from './recipe-files.ts';

test('what was bundled comes apart again as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), (recipes) => {
      const bodies = recipes.map((recipe) => JSON.parse(JSON.stringify(recipe)) as object);
      const { recipes: found, unread } = recipesIn([{ file: 'x', text: bundleOf(bodies) }]);
      expect(found.map(({ body }) => body)).toEqual(bodies);
      expect(unread).toEqual([]);
    }),
  );
});

test('recipes are called what is in them, and files that are no JSON are named', () => {
  const sources = [
    { file: 'a.json', text: '{"format":"argus/1","task":{"name":"Backup"}}' },
    { file: 'b.json', text: '{"name":"Old","graph":{}}' },
    { file: 'c.json', text: 'hello' },
    { file: 'd.json', text: '{}' },
  ];
  const { recipes, unread } = recipesIn(sources);
  expect([recipes.map(({ name }) => name), unread]).toEqual([['Backup', 'Old', 'd.json'], ['c.json']]);
});
