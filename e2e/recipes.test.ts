import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient, type Client } from '@argus/client';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserPath, launchBrowser, openPage, signIn } from './browser.ts';
import { startServer, type Server } from './server.ts';

const root = join(import.meta.dirname, '..');
const run = promisify(execFile);

/** The command line on a server: what it wrote to stdout and stderr. */
function cli({ url, token }: Server, ...args: string[]) {
  return run(process.execPath, ['apps/cli/src/main.ts', ...args], {
    cwd: root,
    env: { ...process.env, ARGUS_URL: url, ARGUS_TOKEN: token },
  });
}

const clientOf = ({ url, customer, token }: Server) => createClient({ baseUrl: url, customer, token });

describe('recipes and scripts', { timeout: 120_000 }, () => {
  let server: Server;
  let client: Client;
  let folder: string;

  beforeAll(async () => {
    server = await startServer();
    client = clientOf(server);
    folder = await mkdtemp(join(tmpdir(), 'argus-recipes-'));
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  test('a task that is exported on one server runs on another, byte for byte', async () => {
    const data = Buffer.concat([
      Buffer.from('#!/bin/sh\nsha256sum "$0" | cut -d" " -f1; echo "$1 $PLACE"; exit 0\n'),
      // never read by the shell, and kept all the same
      Buffer.from([0, 255, 13, 10, 128]),
    ]);
    const script = await client.createScript({
      body: { filename: 'digest.sh', data: data.toString('base64') },
    });
    await client.createTask({
      body: {
        name: 'Digest',
        script_id: script.id,
        run_as: 'sh %script%',
        env: { PLACE: 'here' },
        task_arguments: [{ type: 'fixed', value: 'moved' }],
      },
    });
    const recipe = join(folder, 'digest.recipe.json');
    const { stdout: exported } = await cli(server, 'task', 'export', 'Digest', '--deep');
    await writeFile(recipe, exported);

    await using other = await startServer();
    const there = clientOf(other);
    const [host] = await there.listHosts();
    const { stdout, stderr } = await cli(other, 'task', 'import', recipe, '--host', host?.hostname ?? '');
    expect(stderr).toBe('');
    const id = stdout.trim();
    const again = await cli(other, 'task', 'export', id, '--deep');
    const withoutBot = (text: string) =>
      JSON.parse(text, (key, value) => (key === 'hostname' ? undefined : value));
    expect(withoutBot(again.stdout)).toEqual(withoutBot(exported));

    const { id: job } = await there.runTask({ params: { id } });
    expect(await there.waitForJob(job)).toMatchObject({ state: 'success', script_sha256: script.sha256 });
    const log = await (await there.getJobLog({ params: { id: job } })).text();
    expect(log).toBe(`${script.sha256}\nmoved here\n`);
  });

  test('a workflow that is exported on one server runs on another, all from the command line', async () => {
    const script = await client.createScript({
      body: { filename: 'say.sh', content: '#!/bin/sh\necho "[\\"$1!\\"]"\ntest "$1" != bad\n' },
    });
    const task = await client.createTask({
      body: {
        name: 'Say',
        script_id: script.id,
        run_as: 'sh %script%',
        task_arguments: [{ type: 'input', label: 'what' }],
      },
    });
    const steps = ['one', 'two'].map((id) => ({ id, task: task.id }));
    await client.createWorkflow({
      body: { name: 'Say twice', steps, edges: [{ from: 'one', to: 'two' }] },
    });
    const recipe = join(folder, 'twice.recipe.json');
    const { stdout: exported } = await cli(server, 'workflow', 'export', 'Say twice', '--deep');
    await writeFile(recipe, exported);

    await using other = await startServer();
    const [host] = await clientOf(other).listHosts();
    const imported = await cli(other, 'workflow', 'import', recipe, '--host', host?.hostname ?? '');
    expect(imported.stderr).toBe('');
    const id = imported.stdout.trim();
    expect((await cli(other, 'workflow', 'list')).stdout).toContain(`${id}  Say twice`);

    const { stdout, stderr } = await cli(other, 'workflow', 'run', 'Say twice', 'hello', '--wait');
    expect(stderr).toBe('success: every step ran\n');
    const shown = (await cli(other, 'workflow', 'show', id, stdout.trim())).stdout;
    expect(shown).toMatch(/^success: every step ran\n(.*\n)*  one +success .*\n  two +success /);

    const failed: { code?: number; stdout?: string; stderr?: string } = await cli(
      other,
      'workflow',
      'run',
      id,
      'bad',
      '--wait',
    ).catch((error: object) => error);
    expect([failed.code, failed.stderr?.startsWith('failure: ')]).toEqual([1, true]);
    const run = failed.stdout?.trim() ?? '';
    const again = await cli(other, 'workflow', 'resume', id, run, '--from', 'one');
    const resumed = again.stdout.trim();
    expect(resumed).toMatch(/^[0-9a-f]{24}$/);
    await clientOf(other).waitForRun({ id, run: resumed });
    await expect(cli(other, 'workflow', 'cancel', id, resumed)).rejects.toMatchObject({ code: 1 });
    expect((await cli(other, 'workflow', 'runs', id)).stdout.split('\n')).toEqual([
      expect.stringMatching(/^  RUN +CREATED +STATE +REASON$/),
      expect.stringContaining(`${resumed}  `),
      expect.stringMatching(new RegExp(`^  ${run} .* failure `)),
      expect.stringMatching(/success +every step ran$/),
      '',
    ]);
    await expect(cli(other, 'workflow', 'show', 'Nothing', run)).rejects.toMatchObject({
      stderr: expect.stringContaining('There is no workflow "Nothing"'),
    });
  });

  test('a recipe that is none is told on the command line', async () => {
    const file = join(folder, 'none.json');
    await writeFile(file, '{"a":1}');
    await expect(cli(server, 'task', 'import', file)).rejects.toMatchObject({
      stderr: expect.stringContaining('recipe: holds no task'),
    });
    await writeFile(file, 'no JSON');
    await expect(cli(server, 'task', 'import', file)).rejects.toMatchObject({
      stderr: expect.stringContaining('is no JSON'),
    });
  });

  describe.skipIf(!browserPath)('in the page', () => {
    let browser: Browser;
    let session: Awaited<ReturnType<BrowserContext['storageState']>>;

    beforeAll(async () => {
      browser = await launchBrowser();
      await using visit = await openPage(browser);
      await signIn(visit.page, server);
      session = await visit.page.context().storageState();
    });
    afterAll(() => browser?.close());

    test('a recipe of another system is imported, completed and run, then exported to a file', async () => {
      await using visit = await openPage(browser, { storageState: session, acceptDownloads: true });
      const { page, complaints } = visit;
      const file = join(folder, 'greet.json');
      const recipe = {
        task: {
          type: 'script',
          name: 'Greet',
          script_runas: 'bash',
          timeout: 60_000,
          task_arguments: [{ order: 0, type: 'fixed', label: 'greeting', value: '' }],
        },
        file: {
          filename: 'greet.sh',
          data: Buffer.from('#!/bin/bash\necho "$1, world"').toString('base64'),
        },
      };
      await writeFile(file, JSON.stringify(recipe));
      await page.goto(`${server.url}/app/`);
      await page.getByRole('link', { name: 'Import' }).click();
      await page.getByRole('button', { name: 'Import' }).click();
      await page.getByText('Choose a file, or paste a recipe.').waitFor();
      await page.locator('input[type=file]').setInputFiles(file);
      await page.getByRole('combobox', { name: 'Bot' }).click();
      await page.getByRole('option').first().click();
      await page.getByRole('button', { name: 'Import' }).click();
      await page.getByText('Greet is imported').waitFor();
      await page
        .getByRole('region', { name: 'Taken in another form' })
        .getByText('was 60000 ms, is 60 s')
        .waitFor();
      await page.getByRole('region', { name: 'Still to fill in' }).getByText('"greeting" is fixed').waitFor();
      await page.getByRole('link', { name: 'Fill in what is missing' }).click();
      await page.getByRole('group', { name: 'Argument 1' }).getByLabel('Value').fill('hello');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('heading', { name: 'Greet', exact: true }).waitFor();
      const address = page.url();
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
      await page.getByRole('log').getByText('hello, world').waitFor();

      await page.goto(address);
      await page.getByRole('button', { name: 'Export' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: /Recipe with all values/ }).click(),
      ]);
      expect(download.suggestedFilename()).toBe('greet.recipe.json');
      const saved = JSON.parse(await readFile(await download.path(), 'utf8'));
      expect(saved).toMatchObject({
        format: 'argus/1',
        task: { name: 'Greet', task_arguments: [{ value: 'hello' }] },
        script: { data: recipe.file.data },
      });
      expect(complaints).toEqual([]);
    });

    test('a workflow is exported to a file, and imported with a report that leads to what was made', async () => {
      const task = await client.createTask({ body: { name: 'Part', run_as: 'sh %script%' } });
      const inner = await client.createWorkflow({
        body: { name: 'Within', steps: [{ id: 'a', task: task.id }] },
      });
      const { id } = await client.createWorkflow({
        body: {
          name: 'Moves house',
          steps: [
            { id: 'a', task: task.id },
            { id: 'b', workflow: inner.id },
          ],
          edges: [{ from: 'a', to: 'b' }],
          env: { KEY: 'hidden' },
        },
      });
      await using visit = await openPage(browser, { storageState: session, acceptDownloads: true });
      const { page, complaints } = visit;
      await page.goto(`${server.url}/app/${server.customer}/workflows/${id}`);
      await page.getByRole('button', { name: 'Export' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: /Recipe to share/ }).click(),
      ]);
      expect(download.suggestedFilename()).toBe('moves-house.recipe.json');

      await page.goto(`${server.url}/app/${server.customer}/workflows`);
      await page.getByRole('link', { name: 'Import' }).click();
      await page.getByRole('heading', { name: 'Import a workflow' }).waitFor();
      await page.locator('input[type=file]').setInputFiles(await download.path());
      await page.getByRole('textbox', { name: 'Name' }).fill('Has moved');
      await page.getByRole('button', { name: 'Import' }).click();
      await page.getByText('Has moved is imported').waitFor();
      await page.getByText('Some of its tasks cannot run yet.').waitFor();
      await page.getByRole('region', { name: 'Still to fill in' }).getByText('workflow.env.KEY').waitFor();
      await page
        .getByRole('region', { name: 'Workflows within it' })
        .getByRole('link', { name: 'Within' })
        .waitFor();
      await page.getByRole('region', { name: 'Tasks' }).getByText('It has no bot').waitFor();
      await page.setViewportSize({ width: 360, height: 740 });
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      await page.getByRole('link', { name: 'Open the workflow' }).click();
      await page.getByRole('heading', { name: 'Has moved', exact: true }).waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      expect(complaints).toEqual([]);

      await page.goto(`${server.url}/app/${server.customer}/workflows/import`);
      await page.getByRole('textbox', { name: 'Or its text' }).fill('{"graph": {"nodes": []}, "tasks": []}');
      await page.getByRole('button', { name: 'Import' }).click();
      await page.getByText('is empty: the workflow has no step').waitFor();
    });

    test('a script with carriage returns is edited without losing them, compared and restored', async () => {
      const script = await client.createScript({
        body: { filename: 'win.cmd', content: '@echo off\r\necho one\r\n' },
      });
      const task = await client.createTask({ body: { name: 'Windows', script_id: script.id } });
      await using visit = await openPage(browser, { storageState: session });
      const { page, complaints } = visit;
      await page.goto(`${server.url}/app/${server.customer}/scripts/${script.id}`);
      await page.getByRole('region', { name: 'Used by' }).getByRole('link', { name: 'Windows' }).waitFor();
      await page.getByRole('textbox', { name: 'Content' }).fill('@echo off\necho two\n');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved as version 2.').waitFor();
      const content = async () => (await client.downloadScript({ params: { id: script.id } })).text();
      expect(await content()).toBe('@echo off\r\necho two\r\n');

      await page.getByRole('button', { name: 'Changes of version 2' }).click();
      const diff = page.getByLabel('Difference of version 1 and version 2');
      await diff.getByText('-echo one').waitFor();
      await diff.getByText('+echo two').waitFor();
      await page.getByRole('button', { name: 'Restore version 1' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
      await page.getByText('as version 3').waitFor();
      expect(await content()).toBe('@echo off\r\necho one\r\n');

      await page.locator('input[type=file]').setInputFiles({
        name: 'win.cmd',
        mimeType: 'application/octet-stream',
        buffer: Buffer.from([0, 1, 255]),
      });
      await page.getByText('Saved as version 4.').waitFor();
      await page.getByText('This file is not text.').waitFor();

      await page.goto(`${server.url}/app/${server.customer}/tasks/${task.id}/edit`);
      await page.getByRole('combobox', { name: 'Version' }).click();
      await page.getByRole('option', { name: /Version 2/ }).click();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('(stays with version 2)').waitFor();
      expect(complaints).toEqual([]);
    });
  });
});
