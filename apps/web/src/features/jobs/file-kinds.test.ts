import { expect, test } from 'vitest';
import { kindOf } from './file-kinds.ts';

const kind = (name: string, type = 'application/octet-stream', size = 100) => kindOf({ name, type, size });

test('pictures and texts can be looked at, by what their names tell', () => {
  expect(kind('reports/map.png', 'image/png')).toBe('image');
  expect(kind('plan.svg', 'image/svg+xml')).toBe('image');
  expect(kind('a.csv', 'text/csv')).toBe('text');
  expect(kind('page.html', 'text/html')).toBe('text');
  expect(kind('result.json', 'application/json')).toBe('text');
  expect(kind('dump.sql')).toBe('text');
  expect(kind('a.b/README')).toBe('text');
});

test('what is empty, too large for a picture, or for other programs cannot', () => {
  expect(kind('a.txt', 'text/plain', 0)).toBeUndefined();
  expect(kind('huge.png', 'image/png', 9 * 1024 * 1024)).toBeUndefined();
  expect(kind('core', 'application/octet-stream', 2 ** 28)).toBeUndefined();
  expect(kind('film.mp4', 'video/mp4')).toBeUndefined();
  expect(kind('tool.exe')).toBeUndefined();
  // the beginning of a large text is enough
  expect(kind('a.log', 'text/plain', 2 ** 28)).toBe('text');
});
