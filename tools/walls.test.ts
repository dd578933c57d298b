import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const feature = 'apps/supervisor/src/features/tasks/run-task.ts';
const platform = 'apps/supervisor/src/platform/http.ts';

const refused: [file: string, specifier: string][] = [
  ['packages/contract/src/a.ts', 'fastify'],
  ['packages/contract/src/a.ts', 'node:crypto'],
  ['packages/contract/src/a.ts', '@argus/client'],
  ['packages/contract/src/a.ts', '../../client/src/index.ts'],
  ['packages/client/src/a.ts', '@argus/postgres'],
  ['packages/client/src/a.ts', 'node:http'],
  ['packages/client/src/a.ts', 'typebox'],
  ['packages/postgres/src/a.ts', '@argus/contract'],
  ['packages/postgres/src/a.ts', '../../contract/src/index.ts'],
  ['packages/postgres/src/a.ts', '@argus/testing'],
  ['apps/bot/src/link/a.ts', '@argus/postgres'],
  ['apps/bot/src/link/a.ts', '@argus/supervisor'],
  ['apps/bot/src/link/a.ts', '../../../supervisor/src/platform/http.ts'],
  ['apps/bot/src/link/a.ts', '@argus/testing'],
  ['apps/cli/src/commands/a.ts', '@argus/postgres'],
  ['apps/cli/src/commands/a.ts', '@argus/bot'],
  ['apps/web/src/features/jobs/a.tsx', '@argus/postgres'],
  ['apps/web/src/features/jobs/a.tsx', '@argus/supervisor'],
  ['apps/supervisor/src/main.ts', '@argus/client'],
  ['apps/supervisor/src/main.ts', '@argus/bot'],
  ['apps/supervisor/src/main.ts', '@argus/testing'],
  ['apps/supervisor/src/main.ts', '../../bot/src/main.ts'],
  [feature, '../jobs/queries.ts'],
  [feature, '../jobs/deep/queries.ts'],
  [feature, '../../features/jobs/queries.ts'],
  [feature, '@argus/client'],
  ['apps/supervisor/src/features/tasks/run-task.test.ts', '../jobs/queries.ts'],
  ['apps/supervisor/src/features/tasks/acl/a.ts', '../../jobs/queries.ts'],
  [platform, '../features/tasks/index.ts'],
  [platform, '@argus/client'],
  ['apps/supervisor/src/platform/db/pool.ts', '../../features/tasks/index.ts'],
  ['apps/supervisor/src/features/tasks/rules.ts', '@argus/postgres'],
  ['apps/supervisor/src/features/tasks/rules.ts', '../jobs/index.ts'],
  ['apps/supervisor/src/features/tasks/rules.ts', '../../platform/clock.ts'],
  ['apps/supervisor/src/features/tasks/rules.ts', './queries.ts'],
  ['apps/supervisor/src/features/tasks/rules.ts', 'node:crypto'],
  ['apps/supervisor/src/features/tasks/rules.ts', 're2js'],
];

const allowed: typeof refused = [
  ['packages/contract/src/a.ts', 'typebox'],
  ['packages/contract/src/a.ts', 'typebox/value'],
  ['packages/contract/src/a.ts', './b.ts'],
  ['packages/contract/src/jobs/a.ts', '../b.ts'],
  ['packages/contract/src/a.test.ts', 'vitest'],
  ['packages/contract/test/a.test.ts', '../src/a.ts'],
  ['packages/client/src/a.ts', '@argus/contract'],
  ['packages/client/src/a.test.ts', '@argus/testing'],
  ['packages/postgres/src/a.ts', 'pg'],
  ['packages/testing/src/a.ts', '@argus/postgres'],
  ['apps/bot/src/link/a.ts', '@argus/contract'],
  ['apps/bot/src/link/a.ts', '@argus/client'],
  ['apps/bot/src/link/a.ts', '../run/spawn.ts'],
  ['apps/bot/src/link/a.test.ts', '@argus/testing'],
  ['apps/cli/src/commands/a.ts', '@argus/client'],
  ['apps/web/src/features/jobs/a.tsx', '@argus/client'],
  ['apps/web/src/features/jobs/a.tsx', '../tasks/page.tsx'],
  ['apps/supervisor/src/main.ts', './features/tasks/index.ts'],
  ['apps/supervisor/src/main.ts', '@argus/postgres'],
  [feature, '../jobs/index.ts'],
  [feature, './queries.ts'],
  [feature, './acl/match.ts'],
  [feature, '../../platform/clock.ts'],
  [feature, '../../platform/db/pool.ts'],
  [feature, '@argus/contract'],
  [feature, 'kysely'],
  ['apps/supervisor/src/features/tasks/acl/a.ts', '../rules.ts'],
  ['apps/supervisor/src/features/tasks/acl/a.ts', '../../jobs/index.ts'],
  ['apps/supervisor/src/features/tasks/acl/a.ts', '../../../platform/clock.ts'],
  ['apps/supervisor/src/features/tasks/run-task.test.ts', '@argus/testing'],
  [platform, './log.ts'],
  [platform, '@argus/contract'],
  ['apps/supervisor/src/features/tasks/rules.ts', '@argus/contract'],
  ['e2e/journeys/a.test.ts', '@argus/testing'],
];

/** Every way to write an import; a wall that only sees one of them is none. */
const forms: Record<string, (specifier: string) => string> = {
  import: (specifier) => `import { x } from '${specifier}';\nx();\n`,
  'import type': (specifier) => `import type { X } from '${specifier}';\nexport type Y = X;\n`,
  'export from': (specifier) => `export { x } from '${specifier}';\n`,
  'import()': (specifier) => `export const x = await import('${specifier}');\n`,
};

// Each case gets a file of its own, so one run of the linter judges them all.
const cases = [...refused, ...allowed].flatMap(([file, specifier]) =>
  Object.keys(forms).map((form) => ({ file, specifier, form })),
);
const fileOf = (index: number) => {
  const { file } = cases[index] ?? { file: '' };
  return file.endsWith('/rules.ts')
    ? file.replace('/tasks/', `/tasks${index}/`)
    : file.replace(/(\.test)?\.tsx?$/, (extension) => `-${index}${extension}`);
};

let folder = '';
let reported: Set<string>;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'argus-walls-')));
  for (const file of ['oxlint.config.ts', 'tsconfig.json']) await cp(join(root, file), join(folder, file));
  for (const [index, { specifier, form }] of cases.entries()) {
    const path = join(folder, fileOf(index));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, forms[form]?.(specifier) ?? '');
  }
  reported = await lint(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each([
  ['refuses', refused, true],
  ['lets pass', allowed, false],
] as const)('a wall %s', (_, list, expected) => {
  test.each(list)('in %s: %s', (file, specifier) => {
    const verdicts = cases
      .map((one, index) => ({ ...one, refused: reported.has(fileOf(index)) }))
      .filter((one) => one.file === file && one.specifier === specifier);
    expect(verdicts.map((one) => [one.form, one.refused])).toEqual(
      Object.keys(forms).map((form) => [form, expected]),
    );
  });
});

function lint(cwd: string): Promise<Set<string>> {
  const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [oxlint, '--format=json', '.'],
      { cwd, maxBuffer: 64 << 20 },
      (error, stdout, stderr) => {
        try {
          const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] };
          const walls = diagnostics.filter(({ code }) => code.includes('no-restricted-imports'));
          resolve(new Set(walls.map(({ filename }) => filename)));
        } catch {
          reject(new Error(`oxlint did not answer: ${stdout}${stderr}`, { cause: error }));
        }
      },
    );
  });
}
