import { spawn, spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, matchesGlob, relative } from 'node:path';
import { until } from '@argus/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { end, endScripts, freePort } from './server.ts';

const root = join(import.meta.dirname, '..');
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
const json = <T>(path: string) => JSON.parse(textOf(path)) as T;

/** The instructions of the Containerfile, by stage: the last one is the image. */
const stages = textOf('packaging/container/Containerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll('\\\n', ' ')
  .split(/^FROM /m)
  .slice(1)
  .map((stage) => stage.split('\n').map((line) => line.trim()));
const image = stages.at(-1) ?? [];

const ignored = textOf('.dockerignore')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));
const isIgnored = (path: string) =>
  ignored.some((pattern) => matchesGlob(path, pattern) || matchesGlob(path, `${pattern}/**`));

/** What a stage copies out of the checkout. */
function copied(stage: readonly string[]): { sources: string[]; target: string }[] {
  return stage
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    .map((line) => {
      const words = line.split(/\s+/).slice(1);
      return { sources: words.slice(0, -1), target: words.at(-1) ?? '' };
    });
}

interface Package {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

test('what the Containerfile copies is there, and not ignored', () => {
  for (const { sources } of stages.flatMap(copied))
    for (const source of sources) {
      expect(existsSync(join(root, source)), source).toBe(true);
      expect(isIgnored(source), source).toBe(false);
    }
});

test('npm finds the manifests of all workspaces, without which it refuses the lockfile', () => {
  const { workspaces } = json<{ workspaces: string[] }>('package.json');
  const manifests = workspaces.flatMap((glob) => globSync(`${glob}/package.json`, { cwd: root }));
  expect(
    stages
      .flatMap(copied)
      .flatMap(({ sources }) => sources)
      .filter((source) => /.\/package\.json$/.test(source))
      .sort(),
  ).toEqual(manifests.sort());
});

test('no secret and nothing that was built or kept here gets into an image', () => {
  for (const path of [
    'data/secret-key',
    'data-2/secret-key',
    'bot-data/credential',
    'node_modules/pg/lib/index.js',
    'apps/web/dist/index.html',
    '.git/config',
    'server.env',
    'key.pem',
  ])
    expect(isIgnored(path), path).toBe(true);
});

describe('a tree as in the image', () => {
  let home: string;
  let tree: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'argus-container-'));
    await chmod(home, 0o755);
    tree = join(home, 'opt', 'argus');
    for (const { sources, target } of copied(image))
      for (const source of sources) {
        const to = target.endsWith('/') ? join(tree, target, source) : join(tree, target);
        await cp(join(root, source), to, {
          recursive: true,
          filter: (path) => !isIgnored(relative(root, path)),
        });
      }
    await cp(join(root, 'apps/web/dist'), join(tree, 'apps/web/dist'), { recursive: true });
    await installPackages();
    env = {
      ...(process.env as Record<string, string>),
      ARGUS_DATA_DIR: join(home, 'data'),
      ARGUS_HOST: '127.0.0.1',
      ARGUS_PORT: String(await freePort()),
    };
  });
  afterAll(async () => {
    await endScripts(home);
    await rm(home, { recursive: true, force: true });
  });

  /** What `npm ci --omit=dev` installs for the programs themselves; what these need in turn is npm's business. */
  async function installPackages(): Promise<void> {
    const programs = image
      .filter((line) => /^COPY (apps|packages)\//.test(line))
      .map((line) => line.split(' ')[1] ?? '');
    const wanted = ['', ...programs]
      .map((path) => json<Package>(join(path, 'package.json')))
      .flatMap(({ dependencies, optionalDependencies }) =>
        Object.keys({ ...dependencies, ...optionalDependencies }),
      );
    for (const name of wanted) {
      const to = join(tree, 'node_modules', name);
      const ours = /^@argus\/(.*)/.exec(name)?.[1];
      const from = ours === undefined ? join(root, 'node_modules', name) : join(tree, 'packages', ours);
      if (!existsSync(from) || existsSync(to)) continue;
      await mkdir(dirname(to), { recursive: true });
      await symlink(from, to);
    }
    await mkdir(join(tree, 'node_modules/.bin'));
    await symlink(process.execPath, join(tree, 'node_modules/.bin/node'));
  }

  const argus = (...words: string[]) =>
    spawnSync(join(tree, 'packaging/container/argus'), words, { env, cwd: '/', encoding: 'utf8' });

  test('has all commands', () => {
    expect(argus('--help').stdout).toContain('restore');
    expect(argus('bot', '--help').stdout).toContain('ARGUS_BOT_DIR');
    expect(argus('bot', 'list').stderr).toContain('there is no token');
  });

  test('starts the server, says how it is, and ends by SIGTERM', async () => {
    expect(argus('health')).toMatchObject({
      status: 1,
      stdout: 'neither a server nor a bot has started yet\n',
    });
    const server = spawn(join(tree, 'packaging/container/argus'), ['server'], {
      env,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      let output = '';
      server.stdout.on('data', (part: Buffer) => (output += part.toString()));
      await until(() => output.includes('\nready '), { timeoutMs: 60_000 });
      expect(argus('health')).toMatchObject({ status: 0, stdout: 'the server answers 200\n' });
      const page = await fetch(`http://127.0.0.1:${env['ARGUS_PORT']}/app/`);
      expect(await page.text()).toContain('<div id="root">');
      expect(argus('host', 'list').stdout).toContain('online');
    } finally {
      await end(server);
    }
    expect(server.exitCode).toBe(0);
    expect(argus('health').status).toBe(1);
  });
});
