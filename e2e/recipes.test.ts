import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient, type Client } from '@argus/client';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from './accessible.ts';
import { browserPath, launchBrowser, openPage, signIn } from './browser.ts';
import { startPageServer } from './page-server.ts';
import type { Server } from './server.ts';

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
    server = await startPageServer();
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

    await using other = await startPageServer();
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

    await using other = await startPageServer();
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
      await page.goto(`${server.url}/app/${server.customer}/tasks`);
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

    test('a script is written, run, seen to fail, mended and run to green, by keyboard alone', async () => {
      await using visit = await openPage(browser, { storageState: session });
      const { page, complaints } = visit;
      const keys = page.keyboard;
      const inEditor = `document.activeElement.closest('.cm-editor') !== null`;
      // whoever is quicker than the list of bots is not told that there is none
      const { promise: pressed, resolve: press } = Promise.withResolvers<void>();
      await page.route(/\/host(\?.*)?$/, async (request) => {
        await pressed;
        await request.continue();
      });
      await page.goto(`${server.url}/app/${server.customer}/scripts/new`);
      const name = page.getByRole('textbox', { name: 'Filename' });
      await name.waitFor();
      await page.getByRole('textbox', { name: 'Content' }).waitFor();
      await keys.type('greet.sh');
      await page.getByText('set -euo pipefail').waitFor();
      await keys.press('Control+s');
      await page.getByRole('heading', { name: 'greet.sh' }).waitFor();

      // the template is replaced by what fails
      const editor = page.getByRole('textbox', { name: 'Content' });
      await editor.focus();
      await keys.press('Control+a');
      await keys.insertText('echo "to $1"\nexit 3\n');
      await page.getByText('Not saved').waitFor();
      await keys.press('Control+Enter');
      press();
      const trial = page.getByRole('region', { name: 'Try it' });
      await trial.getByText('exit code 3').waitFor();
      await trial.getByText('Failure').waitFor();
      await page.waitForURL('**?job=*');

      // Tab indents until Esc lets it leave
      await keys.press('Control+End');
      await keys.press('Tab');
      expect(await page.evaluate(inEditor)).toBe(true);
      await keys.press('Control+z');
      await keys.press('Escape');
      await keys.press('Tab');
      expect(await page.evaluate(inEditor)).toBe(false);
      const add = trial.getByRole('button', { name: 'Add argument' });
      await add.focus();
      await keys.press('Enter');
      await trial.getByRole('textbox', { name: 'Argument 1' }).focus();
      await keys.type('Ada');

      // what was not saved is still there after a reload, and is mended
      await page.reload();
      await page.getByText('This is your draft').waitFor();
      await trial.getByText('exit code 3').waitFor();
      await editor.focus();
      await keys.press('Control+a');
      await keys.insertText('echo "to $1"\n');
      await add.focus();
      await keys.press('Enter');
      await trial.getByRole('textbox', { name: 'Argument 1' }).focus();
      await keys.type('Ada');
      await keys.press('Control+Enter');
      await trial.getByText('Success').waitFor();
      await trial.getByRole('log').getByText('to Ada').waitFor();
      await keys.press('Control+s');
      await page.getByText('Saved as version 2.').waitFor();
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await expectAccessible(page);
      }

      // it is no task, and the sample arguments are remembered
      const tasks = await client.listTasks({ query: { unassigned: '1' } });
      expect(tasks.map((one) => one.name)).not.toContain('greet.sh');
      await page.reload();
      await trial.getByRole('textbox', { name: 'Argument 1' }).waitFor();
      expect(await trial.getByRole('textbox', { name: 'Argument 1' }).inputValue()).toBe('Ada');

      // what is deleted can be taken back
      const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
      await page.getByRole('button', { name: 'Delete' }).press('Enter');
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).press('Enter');
      await page.getByText('Deleting greet.sh').waitFor();
      await page.getByRole('link', { name: 'slow-ticker.sh' }).waitFor();
      const link = page.locator(`a[href$="/scripts/${id}"]`);
      expect(await link.count()).toBe(0);
      await page.getByRole('button', { name: 'Undo' }).press('Enter');
      await link.waitFor();
      expect((await client.listScripts()).map((one) => one.id)).toContain(id);
      expect(complaints).toEqual([]);
    });

    test('a save over somebody else’s is shown before it happens, and a save for several tasks asks', async () => {
      const script = await client.createScript({ body: { filename: 'shared.sh', content: 'echo one\n' } });
      const params = { id: script.id };
      for (const name of ['First user', 'Second user'])
        await client.createTask({ body: { name, script_id: script.id } });
      await using visit = await openPage(browser, {
        storageState: session,
        viewport: { width: 360, height: 740 },
      });
      const { page, complaints } = visit;
      await page.goto(`${server.url}/app/${server.customer}/scripts/${script.id}`);
      const editor = page.getByRole('textbox', { name: 'Content' });
      await editor.fill('echo mine\n');
      await client.updateScript({ params, body: { content: 'echo theirs\n' } });
      await page.getByRole('button', { name: 'Save' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('link', { name: 'Second user' }).waitFor();
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.getByText('echo theirs').waitFor();
      await dialog.getByText('echo mine').waitFor();
      await expectAccessible(page);
      await dialog.getByRole('button', { name: 'Keep editing' }).click();
      expect((await client.getScript({ params })).version).toBe(2);
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await dialog.getByRole('button', { name: 'Save mine as the newest' }).click();
      await page.getByText('Saved as version 3.').waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);

      await page.getByRole('link', { name: 'Used by (2)' }).click();
      await page.getByRole('combobox', { name: 'Version that First user runs' }).click();
      await page.getByRole('option', { name: 'version 1' }).click();
      await page.getByText('First user stays with version 1.').waitFor();
      const uses = await client.listScriptTasks({ params });
      expect(uses.map((use) => use.script_version)).toEqual([1, null]);
      await expectAccessible(page);
      expect(complaints).toEqual([]);
    });

    test('a script with carriage returns is edited without losing them, compared and restored', async () => {
      const script = await client.createScript({
        body: { filename: 'win.cmd', content: '@echo off\r\necho one\r\n' },
      });
      const task = await client.createTask({ body: { name: 'Windows', script_id: script.id } });
      await using visit = await openPage(browser, { storageState: session });
      const { page, complaints } = visit;
      const scriptPage = `${server.url}/app/${server.customer}/scripts/${script.id}`;
      await page.goto(`${scriptPage}/uses`);
      await page.getByRole('link', { name: 'Windows' }).waitFor();
      await page.goto(scriptPage);
      await page.getByRole('textbox', { name: 'Content' }).fill('@echo off\necho two\n');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved as version 2.').waitFor();
      const content = async () => (await client.downloadScript({ params: { id: script.id } })).text();
      expect(await content()).toBe('@echo off\r\necho two\r\n');

      await page.getByRole('link', { name: 'Versions (2)' }).click();
      await page.getByRole('link', { name: 'Changes of version 2' }).click();
      await page.getByRole('textbox', { name: 'Version 1' }).getByText('echo one').waitFor();
      await page.getByRole('textbox', { name: 'Version 2' }).getByText('echo two').waitFor();
      await page.getByText('Inline', { exact: true }).click();
      await page.waitForURL('**/versions?from=1&to=2&view=inline');
      await page.locator('.cm-deletedChunk').getByText('echo one').waitFor();
      await page.getByRole('button', { name: 'Restore version 1' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
      await page.getByText('as version 3').waitFor();
      expect(await content()).toBe('@echo off\r\necho one\r\n');

      await page.getByRole('link', { name: 'Edit' }).click();
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
