// Exits 0 when node_modules holds what package-lock.json names, by npm's own record of what it installed.
import { readFileSync } from 'node:fs';

const read = (file) => JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')).packages;

const same = (wanted, found) =>
  found === undefined
    ? wanted.optional === true // another platform's
    : found.version === wanted.version &&
      found.integrity === wanted.integrity &&
      found.resolved === wanted.resolved;

try {
  const wanted = Object.entries(read('../package-lock.json')).filter(([path]) =>
    path.startsWith('node_modules/'),
  );
  const found = read('../node_modules/.package-lock.json');
  process.exitCode = wanted.every(([path, entry]) => same(entry, found[path])) ? 0 : 1;
} catch {
  process.exitCode = 1;
}
