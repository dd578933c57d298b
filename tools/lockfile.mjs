// A registry that lacks one platform's build of a package makes npm leave that package out of
// package-lock.json, and then every `npm ci` refuses the lockfile. This finds such gaps (exit code 1), and
// with --fix fills them: name, version and platform follow from the package that asks for the build.
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));

/** Where Node would look from the package at `path`: its own node_modules, then outward. */
function isLocked(path, name) {
  for (let from = path; ; from = from.slice(0, Math.max(0, from.lastIndexOf('/')))) {
    if (lock.packages[`${from && `${from}/`}node_modules/${name}`]) return true;
    if (from === '') return false;
  }
}

const word = (name, words) => words.filter((one) => new RegExp(`[-/]${one}([-/]|$)`).test(name));

function gapEntry(name, version, parent) {
  const os = word(name, [
    'aix',
    'android',
    'darwin',
    'freebsd',
    'linux',
    'netbsd',
    'openharmony',
    'win32',
    'win',
  ]);
  const cpu = word(name, ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64']);
  const libc = /musl/.test(name) ? ['musl'] : os[0] === 'linux' && /-gnu/.test(name) ? ['glibc'] : undefined;
  if (os.length !== 1 || cpu.length !== 1 || !/^\d+\.\d+\.\d+/.test(version)) {
    throw new Error(`package-lock.json: cannot tell the platform or version of ${name}@${version}`);
  }
  const dev = parent.dev ? { dev: true } : {};
  return {
    version,
    cpu,
    ...dev,
    ...(libc && { libc }),
    optional: true,
    os: os.map((one) => one.replace(/^win$/, 'win32')),
  };
}

const gaps = Object.entries(lock.packages).flatMap(([path, parent]) =>
  Object.entries(parent.optionalDependencies ?? {})
    .filter(([name]) => !isLocked(path, name))
    .map(([name, version]) => ({ name, version, parent })),
);

if (gaps.length > 0 && process.argv.includes('--fix')) {
  for (const { name, version, parent } of gaps) {
    lock.packages[`node_modules/${name}`] = gapEntry(name, version, parent);
  }
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, undefined, 2)}\n`);
  console.log(`package-lock.json: ${gaps.length} filled`);
} else if (gaps.length > 0) {
  console.error(`package-lock.json lacks packages of other platforms, so \`npm ci\` refuses it.`);
  console.error(
    `Run: node tools/lockfile.mjs --fix\n${gaps.map(({ name, version }) => `  ${name}@${version}`).join('\n')}`,
  );
  process.exitCode = 1;
}
