import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { directory, referencePages } from './reference.ts';

test.each(Object.entries(referencePages()))('docs/reference/%s says what the code says', (name, text) => {
  const written = readFileSync(join(directory, name), 'utf8');
  expect(written, `docs/reference/${name} is out of date: run \`npm run reference\``).toBe(text);
});
