import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient, type Client } from '@argus/client';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from './accessible.ts';
import { adminSession, browserPath, launchBrowser, openPage, type Session } from './browser.ts';
import { startPageServer } from './page-server.ts';
import type { Server } from './server.ts';

describe.skipIf(!browserPath)('workflows in the web page', { timeout: 90_000 }, () => {
  let server: Server;
  let client: Client;
  let browser: Browser;
  let session: Session;

  beforeAll(async () => {
    server = await startPageServer();
    client = createClient({ baseUrl: server.url, customer: server.customer, token: server.token });
    browser = await launchBrowser();
    session = await adminSession(browser, server);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  /** A task of these lines, with what else is given. */
  async function makeTask(name: string, lines: string, more: object = {}): Promise<string> {
    const [host] = await client.listHosts();
    const filename = `${name.toLowerCase().replaceAll(' ', '-')}.sh`;
    const script = await client.createScript({ body: { filename, content: `${lines}\n` } });
    const task = await client.createTask({
      body: { name, host_id: host?.id ?? null, script_id: script.id, run_as: 'bash %script%', ...more },
    });
    return task.id;
  }
  const input = (label: string) => ({ type: 'input' as const, label, required: false });
  const at = (path: string) => `${server.url}/app/${server.customer}/${path}`;
  const inGraph = (page: Page, name: string | RegExp) =>
    page.getByRole('button', { name: typeof name === 'string' ? new RegExp(`^Step ${name}\\b`) : name });
  const row = (page: Page, name: string | RegExp) => page.getByRole('row', { name });
  async function addStep(page: Page, name: string): Promise<void> {
    await page.getByRole('combobox', { name: /^Add a step/ }).fill(name);
    await page.getByRole('option', { name, exact: true }).click();
    await inGraph(page, name).waitFor();
  }
  async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
    await page.getByRole('combobox', { name: label, exact: true }).click();
    await page.getByRole('option', { name: option, exact: typeof option === 'string' }).click();
  }
  /** As the editor makes it of the name of a task. */
  const idOf = (name: string) =>
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '_')
      .slice(0, 40);
  const makeWorkflow = async (body: Parameters<Client['createWorkflow']>[0]['body']) =>
    (await client.createWorkflow({ body })).id;

  test('three steps with a condition are put together in the page, run by the bot, and seen live to their end', async () => {
    const report = await makeTask(
      'Measure the disks',
      `sleep 4\necho '{"state":"success","data":[{"percent":93,"fullest":"/var"}]}'`,
      { task_arguments: [{ type: 'input', label: 'Limit', value: '90' }] },
    );
    const tidy = await makeTask('Tidy up', `sleep 4\necho '["12 GB from '$1'"]'`, {
      task_arguments: [input('Folder')],
    });
    const tell = await makeTask('Tell the team', `echo "$1: $2"`, {
      task_arguments: [input('Who'), input('What')],
    });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(at('workflows'));
    await page.getByText('A workflow runs tasks one after another').waitFor();
    await page.getByRole('link', { name: 'New workflow' }).first().click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).first().fill('Keep the disks free');
    await page.getByRole('button', { name: 'Create workflow' }).click();
    await page.getByText('Add a step: a workflow without one does nothing.').waitFor();

    await addStep(page, 'Measure the disks');
    await addStep(page, 'Tidy up');
    await addStep(page, 'Tell the team');
    const panel = page.getByRole('region', { name: 'Step Tell the team' });
    await choose(page, 'Arguments', 'Chosen for each argument');
    await choose(page, 'Who', 'Always the same value');
    await page.getByRole('textbox', { name: 'Value of Who' }).fill('ops');
    await choose(page, 'What', 'Output of Tidy up');
    await page.getByRole('textbox', { name: 'Path of What' }).fill('output[');
    await panel.getByRole('textbox', { name: 'Id' }).fill('tell');
    await panel.getByRole('textbox', { name: 'Id' }).press('Enter');

    await inGraph(page, 'Measure the disks').click();
    await page.getByRole('button', { name: 'Only if…' }).click();
    await page.getByRole('textbox', { name: 'Path 1' }).fill('output[0].percent');
    await choose(page, 'Comparison 1', '≥');
    await page.getByRole('textbox', { name: 'Value 1' }).fill('90');
    await page
      .getByRole('button', { name: 'From Measure the disks to Tidy up, output[0].percent ≥ 90' })
      .waitFor();
    await inGraph(page, 'Tidy up').click();
    await choose(page, 'Arguments', 'Chosen for each argument');
    await page.getByRole('textbox', { name: 'Path of Folder' }).fill('output[0].fullest');

    // the server names the argument, and the page leads to it
    await page.getByRole('button', { name: 'Create workflow' }).click();
    const path = page.getByRole('textbox', { name: 'Path of What' });
    await expect.poll(() => path.getAttribute('aria-invalid')).toBe('true');
    await path.fill('output[0]');
    await page.getByRole('button', { name: 'Create workflow' }).click();
    await page.getByRole('heading', { name: 'Keep the disks free', exact: true }).waitFor();

    const [made] = await client.listWorkflows();
    expect(made).toMatchObject({
      name: 'Keep the disks free',
      own_arguments: false,
      steps: [
        { id: 'measure_the_disks', task: report },
        { id: 'tidy_up', task: tidy, arguments: { Folder: { from: 'output[0].fullest' } } },
        {
          id: 'tell',
          task: tell,
          arguments: { Who: { value: 'ops' }, What: { from: 'steps.tidy_up.output[0]' } },
        },
      ],
      edges: [
        {
          from: 'measure_the_disks',
          to: 'tidy_up',
          when: { path: 'output[0].percent', op: 'ge', value: 90 },
        },
        { from: 'tidy_up', to: 'tell' },
      ],
    });

    await page.getByRole('button', { name: 'Run', exact: true }).click();
    // what will happen is told before it does
    const expected = page.getByRole('dialog').getByRole('status', { name: 'What to expect' });
    await expected.getByText(/^It begins with Measure the disks: .+ takes it now\.$/).waitFor();
    await expected.getByText('Then: Tidy up (output[0].percent ≥ 90).').waitFor();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Limit' }).fill('80');
    await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
    await inGraph(page, /^Step Measure the disks (Queued|Assigned|Running)/).waitFor();
    await inGraph(page, 'Tell the team Waiting').waitFor();
    await inGraph(page, 'Tidy up Running').waitFor();
    await inGraph(page, 'Tell the team Success').waitFor();
    await page.getByRole('status').getByText('Every step ran.').waitFor();
    await inGraph(page, 'Tell the team').click();
    const details = page.getByRole('region', { name: 'Step: Tell the team' });
    await details.getByText('12 GB from /var').first().waitFor();
    // the log of the step's job, and when each step ran, beside the graph
    await details.getByText('ops: 12 GB from /var').waitFor();
    const timeline = page.getByRole('region', { name: 'Timeline' });
    expect(await timeline.getByRole('button', { pressed: true }).innerText()).toContain('Tell the team');
    expect(page.url()).toContain('?step=tell');
    await details.getByRole('link', { name: 'Log' }).click();
    await page.getByText('ops: 12 GB from /var').first().waitFor();
    const note = page.getByRole('note').filter({ hasText: 'of workflow' });
    await note.getByRole('link', { name: 'tell', exact: true }).waitFor();
    await note.getByRole('link', { name: 'Keep the disks free' }).click();
    await page.getByRole('link', { name: 'Run of Keep the disks free: success' }).waitFor();
    // again with what it was given, by two keys; the dialog has an address
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect.poll(() => new URL(page.url()).search).toBe('?run=true');
    await page.reload();
    await page.getByRole('dialog').getByRole('button', { name: /^80/ }).waitFor();
    await expected.getByText(/^Took .+ lately\.$/).waitFor();
    await page.keyboard.press('Control+Shift+Enter');
    await inGraph(page, 'Tell the team Waiting').waitFor();
    const [again, ...others] = await client.listWorkflowRuns({ params: { id: made?.id ?? '' } });
    expect(others).toHaveLength(1);
    const given = { id: made?.id ?? '', run: again?.id ?? '' };
    expect((await client.getWorkflowRun({ params: given })).task_arguments_values).toEqual(['80']);
    await client.cancelWorkflowRun({ params: given });
    await page.goto(at(`tasks/${tidy}`));
    await page.getByRole('link', { name: 'Keep the disks free' }).waitFor();
    expect(complaints).toEqual([]);
  });

  /** Spanish is seen in dark, so that each is once. */
  const LOOKS = {
    English: {
      options: {},
      step: 'Step',
      addStep: /^Add a step/,
      name: 'Name',
      workflows: 'Workflows',
      goOn: 'Go on with it',
      create: 'Create workflow',
      run: 'Run',
      needsApproval: 'Needs approval',
      approve: 'Approve',
    },
    Spanish: {
      options: { locale: 'es-ES', colorScheme: 'dark' },
      step: 'Paso',
      addStep: /^Añadir un paso/,
      name: 'Nombre',
      workflows: 'Flujos',
      goOn: 'Continuar con él',
      create: 'Crear flujo',
      run: 'Ejecutar',
      needsApproval: 'Necesita aprobación',
      approve: 'Aprobar',
    },
  } as const;

  test('a workflow with an approval is built, moved about, undone, saved and run with the keyboard alone, in each language', async () => {
    // side by side: much of it goes by in waiting
    await Promise.all(Object.entries(LOOKS).map(([language, words]) => buildsAndRuns(language, words)));
  });

  async function buildsAndRuns(language: string, words: (typeof LOOKS)[keyof typeof LOOKS]): Promise<void> {
    const name = `Release in ${language}`;
    const shipIt = `Ship it in ${language}`;
    const askToShip = `Ask to ship in ${language}`;
    const ship = await makeTask(shipIt, 'echo shipped');
    const approval = await client.createTask({
      body: { name: askToShip, type: 'approval', approval: { people: ['admin@localhost'] } },
    });
    await using visit = await openPage(browser, { storageState: session, ...words.options });
    const { page, complaints } = visit;
    const { keyboard } = page;
    const inGraph = (title: string, state = '') =>
      page.getByRole('button', { name: new RegExp(`^${words.step} ${title} ?${state}`) });
    const [askId, shipId] = [idOf(askToShip), idOf(shipIt)];
    const pick = async (title: string) => {
      await page.getByRole('combobox', { name: words.addStep }).focus();
      await keyboard.type(title);
      await page.getByRole('option', { name: title, exact: true }).waitFor();
      await keyboard.press('Enter');
      await inGraph(title).first().waitFor();
    };
    await page.goto(at('workflows/new'));
    await page.getByRole('textbox', { name: words.name, exact: true }).first().focus();
    await keyboard.type(name);
    await pick(askToShip);
    await pick(shipIt);

    // to where it is seen: a graph goes down where its box is narrow, else to the right
    await inGraph(shipIt).focus();
    await keyboard.press('ArrowLeft');
    await keyboard.press('ArrowUp');
    await expect.poll(() => page.evaluate('document.activeElement?.getAttribute("data-step")')).toBe(askId);
    await keyboard.press('Alt+ArrowDown');
    await keyboard.press('Alt+ArrowDown');
    await keyboard.press('Enter');
    await keyboard.press('Control+c');
    await keyboard.press('Control+v');
    await expect.poll(() => inGraph(askToShip).count()).toBe(2);
    await inGraph(shipIt).focus();
    await keyboard.press('Control+z');
    await expect.poll(() => inGraph(askToShip).count()).toBe(1);

    // left without saving, the draft is still there
    page.once('dialog', (dialog) => void dialog.accept());
    await page.getByRole('link', { name: words.workflows, exact: true }).last().focus();
    await keyboard.press('Enter');
    await page.waitForURL(/\/workflows$/);
    await page.goto(at('workflows/new'));
    await page.getByRole('button', { name: words.goOn }).focus();
    await keyboard.press('Enter');
    await inGraph(shipIt).waitFor();
    await page.getByRole('button', { name: words.create }).focus();
    await keyboard.press('Enter');
    await page.getByRole('heading', { name, exact: true }).waitFor();
    const made = (await client.listWorkflows()).find((one) => one.name === name);
    expect(made).toMatchObject({
      steps: [
        { id: askId, task: approval.id, position: { x: expect.any(Number) } },
        { id: shipId, task: ship, position: { y: expect.any(Number) } },
      ],
      edges: [{ from: askId, to: shipId }],
    });

    await page.getByRole('button', { name: words.run, exact: true }).focus();
    await keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: words.run, exact: true }).focus();
    await keyboard.press('Enter');
    await inGraph(askToShip, words.needsApproval).waitFor();
    const [run] = await client.listWorkflowRuns({ params: { id: made?.id ?? '' } });
    const { steps } = await client.getWorkflowRun({ params: { id: made?.id ?? '', run: run?.id ?? '' } });
    await page.goto(at(`jobs/${steps[0]?.job_id}`));
    await page.getByRole('button', { name: words.approve }).first().focus();
    await keyboard.press('Enter');
    const sure = page.getByRole('dialog').getByRole('button', { name: words.approve });
    const params = { id: made?.id ?? '', run: run?.id ?? '' };
    const decided = async () => {
      if (await sure.isVisible()) await sure.press('Enter');
      return (await client.getWorkflowRun({ params })).state;
    };
    await expect.poll(decided, { timeout: 30_000 }).toBe('success');
    await page.goto(at(`workflows/${made?.id}/runs/${run?.id}?step=${shipId}`));
    await page
      .getByRole('region', { name: `${words.step}: ${shipIt}` })
      .getByText('shipped')
      .first()
      .waitFor();
    await expectAccessible(page);
    expect(complaints).toEqual([]);
  }

  test('a failed run says which step and why, and is resumed from there once the cause is gone', async () => {
    const flag = join(server.dataDir, '..', 'mended');
    const first = await makeTask('Fetch', 'echo fetched');
    const second = await makeTask('Unpack', `test -e ${flag} || { echo broken; exit 3; }`);
    const id = await makeWorkflow({
      name: 'Import the day',
      steps: [
        { id: 'fetch', task: first },
        { id: 'unpack', task: second },
      ],
      edges: [{ from: 'fetch', to: 'unpack' }],
    });
    const { id: run } = await client.runWorkflow({ params: { id }, body: [] });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(at(`workflows/${id}/runs/${run}`));
    await inGraph(page, 'Unpack Failure').waitFor();
    await page.getByRole('status').getByText('Step "unpack": exit code 3.').waitFor();
    await row(page, /^Unpack/)
      .getByText('Exit code 3.')
      .waitFor();
    await writeFile(flag, '');

    await page.getByRole('button', { name: 'Resume from the failed step' }).click();
    await page.getByText('Success · taken over').waitFor();
    await inGraph(page, 'Unpack Success').waitFor();
    await row(page, /^Fetch/)
      .getByText('taken over from the run before')
      .waitFor();
    await page.getByRole('link', { name: `run …${run.slice(-6)}` }).click();
    await inGraph(page, 'Unpack Failure').waitFor();
    expect(await client.listJobs({ query: { task: first } })).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  test('a file given to a run is read by the steps that ask for it, and saved from their page as it was', async () => {
    const file = { type: 'file' as const, label: 'Report' };
    const check = await makeTask('Check the report', 'test -s "$1"', { task_arguments: [file] });
    const sum = await makeTask('Sum it up', 'sha256sum < "$1"', { task_arguments: [file] });
    const id = await makeWorkflow({
      name: 'Book the report',
      steps: [
        { id: 'check', task: check },
        { id: 'sum', task: sum, arguments: { Report: { from: 'input[0]' } } },
      ],
      edges: [{ from: 'check', to: 'sum' }],
    });
    const buffer = randomBytes(300_000);
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(at(`workflows/${id}`));
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog
      .locator('input[type=file]')
      .setInputFiles({ name: 'März 24.csv', mimeType: 'text/csv', buffer });
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await inGraph(page, 'Sum it up Success').waitFor();
    await inGraph(page, 'Sum it up').click();
    const details = page.getByRole('region', { name: 'Step: Sum it up' });
    await details.getByText(createHash('sha256').update(buffer).digest('hex')).first().waitFor();
    const save = async (link: Locator) => {
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
      return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
    };
    const link = page.getByRole('link', { name: /^Download März 24\.csv$/ });
    expect(await save(details.getByRole('link', { name: /^Download März/ }))).toEqual({
      name: expect.stringMatching(/^März 24\.csv$/),
      content: buffer,
    });
    await details.getByRole('link', { name: 'Log' }).click();
    expect((await save(link)).content).toEqual(buffer);
    await expectAccessible(page);

    // again: from the run, and with the last values; the browser sends nothing of the file
    const [{ id: run } = { id: '' }] = await client.listWorkflowRuns({ params: { id } });
    await page.goto(at(`workflows/${id}/runs/${run}`));
    await page.getByRole('button', { name: 'Run again with other values' }).click();
    const kept = dialog.getByRole('group', { name: 'Kept from the earlier run' });
    await kept.getByText('März 24.csv · 300').waitFor();
    await expectAccessible(page);
    const runAgain = async (button: string) => {
      const [request] = await Promise.all([
        page.waitForRequest((one) => one.method() === 'POST' && one.url().endsWith(`/workflow/${id}/job`)),
        dialog.getByRole('button', { name: button, exact: true }).click(),
      ]);
      expect(request.postData()?.length).toBeLessThan(1000);
      await dialog.waitFor({ state: 'detached' });
      await inGraph(page, 'Sum it up Success').waitFor();
    };
    await runAgain('Run');
    await inGraph(page, 'Sum it up').click();
    await details.getByText(createHash('sha256').update(buffer).digest('hex')).first().waitFor();
    await page.goto(at(`workflows/${id}`));
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await dialog.getByRole('group', { name: 'Your last values' }).getByRole('button').click();
    await kept.getByText('März 24.csv').waitFor();
    await runAgain('Run with last values');
    expect(await client.listWorkflowRuns({ params: { id } })).toHaveLength(3);
    expect(complaints).toEqual([]);
  });

  test('a run is canceled, and the next one that waited for it begins', async () => {
    const slow = await makeTask('Take long', 'sleep 300');
    const id = await makeWorkflow({
      name: 'One at a time',
      multitasking: false,
      steps: [{ id: 'slow', task: slow }],
    });
    const { id: run } = await client.runWorkflow({ params: { id }, body: [] });
    const { id: next } = await client.runWorkflow({ params: { id }, body: [] });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(at(`workflows/${id}/runs/${next}`));
    await page.getByText('It waits until another run of this workflow is over').waitFor();
    await page.goto(at(`workflows/${id}/runs/${run}`));
    await inGraph(page, 'Take long Running').waitFor();
    await page.getByRole('button', { name: 'Cancel the run' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the run' }).click();
    await inGraph(page, 'Take long Canceled').waitFor();
    await page.goto(at(`workflows/${id}/runs/${next}`));
    await inGraph(page, 'Take long Running').waitFor();
    await client.cancelWorkflowRun({ params: { id, run: next } });
    await inGraph(page, 'Take long Canceled').waitFor();
    expect(complaints).toEqual([]);
  });

  test('steps are connected by drawing and with the keyboard, and every change can be undone', async () => {
    const task = await makeTask('Anything', 'true');
    const names = ['First', 'Second', 'Third'];
    const steps = names.map((name) => ({ id: name.toLowerCase(), name, task }));
    const id = await makeWorkflow({
      name: 'Draw me',
      steps,
      edges: [
        { from: 'first', to: 'second' },
        { from: 'first', to: 'third' },
      ],
    });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(at(`workflows/${id}/edit`));
    await inGraph(page, 'Second').waitFor();
    const dot = (step: string, kind: 'source' | 'target') =>
      page.locator(`.react-flow__node[data-id="${step}"] .react-flow__handle.${kind}`);
    const lines = () => page.locator('.react-flow__edge').count();
    await dot('second', 'source').dragTo(dot('third', 'target'));
    await expect.poll(lines).toBe(3);
    await page.keyboard.press('Control+z');
    await expect.poll(lines).toBe(2);
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(lines).toBe(3);

    await inGraph(page, 'Second').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Step Second' }).waitFor();
    await page.getByRole('combobox', { name: 'On', exact: true }).fill('disk_full');
    await page.getByRole('button', { name: 'From Second to Third, disk_full' }).waitFor();
    await inGraph(page, 'First').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Delete');
    await expect.poll(lines).toBe(1);
    await page.keyboard.press('Control+z');
    await expect.poll(lines).toBe(3);
    // what is deleted says how it comes back
    await inGraph(page, 'First').click();
    await page.getByRole('button', { name: 'Delete step' }).click();
    await expect.poll(lines).toBe(1);
    await page.getByRole('alert').getByRole('button', { name: 'Undo' }).click();
    await expect.poll(lines).toBe(3);

    // what leads back is told where it is, and nothing is saved
    await inGraph(page, 'Third').focus();
    await page.keyboard.press('c');
    await page
      .getByRole('region', { name: 'Step Third' })
      .getByRole('combobox', { name: 'Then' })
      .and(page.locator(':focus'))
      .waitFor();
    await page.keyboard.type('First');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^The lines go round in a circle: .*Third/ }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => page.getByText(/go round in a circle/).count()).toBe(0);

    page.once('dialog', (dialog) => void dialog.dismiss());
    await page.getByRole('link', { name: 'Jobs' }).click();
    await page.getByRole('heading', { name: 'Edit Draw me' }).waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Draw me', exact: true }).waitFor();
    expect((await client.getWorkflow({ params: { id } })).edges).toEqual([
      { from: 'first', to: 'second' },
      { from: 'first', to: 'third' },
      { from: 'second', to: 'third', on: 'disk_full' },
    ]);
    expect(complaints).toEqual([]);
  });

  test('a workflow is scheduled, paused, starts another by its end, and is deleted with a warning', async () => {
    const task = await makeTask('Small work', 'true');
    const id = await makeWorkflow({ name: 'Nightly round', steps: [{ id: 'only', task }] });
    const follower = await makeTask('Afterwards', 'true');
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(at(`tasks/${follower}/edit`));
    await page.getByRole('combobox', { name: 'Triggered by' }).fill('Nightly round');
    await page.getByRole('option', { name: 'Nightly round: success (workflow)' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'Nightly round: success' }).click();
    await page.getByText('on success').waitFor();

    await page.getByRole('link', { name: 'Add a schedule' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Each night');
    await page.getByRole('button', { name: 'Create schedule' }).click();
    await row(page, /Each night/)
      .getByText('Every day at 03:00')
      .waitFor();
    await page.goto(at('schedules'));
    await row(page, /Each night/)
      .getByRole('link', { name: 'Nightly round' })
      .click();

    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Pause…' }).click();
    await page.getByRole('textbox', { name: 'Reason' }).fill('holiday');
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await page.getByText('holiday').waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Run', exact: true }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect.poll(() => page.getByText('holiday').count()).toBe(0);

    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
    await inGraph(page, 'Small work Success').waitFor();
    await page.goto(at(`tasks/${follower}`));
    await page.getByRole('link', { name: 'Job of Afterwards: success' }).click();
    await page
      .getByRole('note')
      .getByRole('link', { name: /^run …/ })
      .click();
    await inGraph(page, 'Small work Success').waitFor();

    await page.goto(at(`workflows/${id}`));
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    await page.getByRole('alert').getByText('it triggers Afterwards').waitFor();
    await page.getByRole('button', { name: 'Delete anyway' }).click();
    await page.getByRole('heading', { name: 'Workflows' }).waitFor();
    await expect
      .poll(async () => (await client.listWorkflows()).some((workflow) => workflow.id === id))
      .toBe(false);
    expect(complaints).toEqual([]);
  });

  test('on a telephone nothing is wider than the page', async () => {
    const task = await makeTask('Any', 'true');
    const steps = Array.from({ length: 6 }, (_, index) => ({
      id: `step_${index}`,
      name: `A step with a rather long name, number ${index}`,
      task,
    }));
    const edges = steps.slice(1).map((step, index) => ({ from: steps[index]?.id ?? '', to: step.id }));
    const id = await makeWorkflow({ name: 'A workflow with a rather long name as well', steps, edges });
    const { id: run } = await client.runWorkflow({ params: { id }, body: [] });
    await using visit = await openPage(browser, {
      storageState: session,
      viewport: { width: 360, height: 740 },
    });
    const { page, complaints } = visit;
    for (const path of [
      'workflows',
      `workflows/${id}`,
      `workflows/${id}/edit`,
      `workflows/${id}/runs/${run}`,
    ]) {
      await page.goto(at(path));
      await page.getByRole('heading', { level: 1 }).waitFor();
      if (path !== 'workflows') await inGraph(page, /^Step A step with .* number 5/).waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    }
    expect(complaints).toEqual([]);
  });
});
