import { createClient, type Client } from '@argus/client';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from './accessible.ts';
import { adminSession, browserPath, launchBrowser, openPage, type Session } from './browser.ts';
import { enter, tabTo } from './keyboard.ts';
import { startPageServer } from './page-server.ts';
import type { Server } from './server.ts';

describe.skipIf(!browserPath)('versions and dry runs of workflows', { timeout: 90_000 }, () => {
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

  async function makeTask(name: string, labels: string[] = [], more: object = {}): Promise<string> {
    const [host] = await client.listHosts();
    const filename = `${name.toLowerCase().replaceAll(' ', '-')}.sh`;
    const script = await client.createScript({ body: { filename, content: 'echo success\n' } });
    const task_arguments = labels.map((label) => ({ type: 'input' as const, label, required: false }));
    const task = await client.createTask({
      body: { name, host_id: host?.id ?? null, script_id: script.id, task_arguments, ...more },
    });
    return task.id;
  }
  const at = (path: string) => `${server.url}/app/${server.customer}/${path}`;
  const inGraph = (page: Page, name: string) =>
    page.getByRole('button', { name: new RegExp(`^Step ${name}\\b`) });

  test('two versions are compared in words and drawn, the older one is restored, and what lacks a task is opened in the editor', async () => {
    const [measure, tidy, tell] = [
      await makeTask('Measure'),
      await makeTask('Tidy', ['Folder']),
      await makeTask('Tell'),
    ];
    const first = { id: 'measure', task: measure };
    const { id } = await client.createWorkflow({
      body: {
        name: 'Keep it tidy',
        steps: [first, { id: 'tidy', task: tidy, timeout: 60 }, { id: 'tell', task: tell }],
        edges: [
          { from: 'measure', to: 'tidy' },
          { from: 'tidy', to: 'tell' },
        ],
        env: { TOKEN: 'of the first version' },
      },
    });
    const run = await client.runWorkflow({ params: { id }, body: {} });
    await client.updateWorkflow({
      params: { id },
      body: {
        steps: [first, { id: 'tidy', task: tidy, timeout: 90 }, { id: 'alarm', task: tell, name: 'Alarm' }],
        edges: [
          { from: 'measure', to: 'tidy', when: { path: 'output[0].percent', op: 'ge', value: 90 } },
          { from: 'measure', to: 'alarm', on: 'failure' },
        ],
        env: { TOKEN: 'of the second version' },
      },
    });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;

    await page.goto(at(`workflows/${id}/runs/${run.id}`));
    await enter(page, page.getByRole('link', { name: '1; the workflow has been changed since, it is at 2' }));
    await page.getByRole('heading', { name: 'Versions of Keep it tidy' }).waitFor();
    const changes = page.getByRole('list', { name: 'What changed' });
    // once it is known what things are called
    await changes.getByText('Step Alarm: Tell').waitFor();
    const words = (await changes.innerText()).replaceAll(/\s+/g, ' ');
    for (const part of [
      /added Step Alarm: Tell/i,
      /removed Step Tell: Tell/i,
      /changed Step Tidy Timeout: 60 → 90/i,
      /added Line from Measure to Alarm: failure/i,
      /removed Line from Tidy to Tell: on success/i,
      /changed Line from Measure to Tidy on success → output\[0\]\.percent ≥ 90/i,
      /changed Environment: TOKEN/i,
    ])
      expect(words).toMatch(part);
    expect(await page.content()).not.toContain('of the second version');
    const after = page.getByRole('group', { name: 'Steps of version 2' });
    await after.getByRole('button', { name: /added.*Step Alarm/ }).waitFor();
    await page
      .getByRole('group', { name: 'Steps of version 1' })
      .getByRole('button', { name: /removed.*Step Tell/ })
      .waitFor();
    await expectAccessible(page);

    await enter(page, page.getByRole('button', { name: 'Restore version 1' }));
    await enter(page, page.getByRole('dialog').getByRole('button', { name: 'Restore', exact: true }));
    await page.getByText('Version 1 is back, as version 3.').waitFor();
    await page.getByRole('rowheader', { name: '3 (newest)' }).waitFor();
    expect(await client.getWorkflow({ params: { id } })).toMatchObject({
      version: 3,
      steps: [{ id: 'measure' }, { id: 'tidy', timeout: 60 }, { id: 'tell' }],
      env: { TOKEN: 'of the first version' },
    });

    // the second had a step more of a task that is gone by now
    await client.updateWorkflow({ params: { id }, body: { steps: [first], edges: [] } });
    await client.deleteTask({ params: { id: tell }, query: { force: true } });
    await page.goto(at(`workflows/${id}/versions?from=2&to=4`));
    await page.getByText('Version 2 cannot be restored as it is').waitFor();
    await page.getByRole('button', { name: 'Restore version 2' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore', exact: true }).click();
    await page
      .getByText(/Version 2 cannot be restored: the task of step "alarm" was deleted. Open it in the editor/)
      .waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Open in the editor: version 2' }).click();
    await page.getByText('These are the steps, lines and environments of version 2.').waitFor();
    await inGraph(page, 'Alarm').click();
    await page.keyboard.press('Delete');
    await inGraph(page, 'Alarm').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Keep it tidy', exact: true }).waitFor();
    expect(await client.getWorkflow({ params: { id } })).toMatchObject({
      version: 5,
      steps: [{ id: 'measure' }, { id: 'tidy', timeout: 90 }],
      env: { TOKEN: 'of the second version' },
    });
    expect(complaints.filter((one) => !one.includes('400'))).toEqual([]);
  });

  test('a dry run tells by keyboard which way a run would go, with what, and what could not run', async () => {
    const [measure, tidy, alarm] = [
      await makeTask('Look at it', ['Limit']),
      await makeTask('Clean', ['Folder']),
      await makeTask('Call', [], { host_id: null }),
    ];
    const { id } = await client.createWorkflow({
      body: {
        name: 'Branches',
        steps: [
          { id: 'look', task: measure },
          { id: 'clean', task: tidy, arguments: { Folder: { from: 'output[0].fullest' } } },
          { id: 'call', task: alarm },
        ],
        edges: [
          { from: 'look', to: 'clean', when: { path: 'output[0].percent', op: 'ge', value: 90 } },
          { from: 'look', to: 'call', on: 'failure' },
        ],
      },
    });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(at(`workflows/${id}`));
    await enter(page, page.getByRole('button', { name: 'Dry run' }));
    const dialog = page.getByRole('dialog', { name: 'Dry run of Branches' });
    await dialog.getByText(/Call: It has no bot/).waitFor();
    await dialog.getByText('The run would end with success.').waitFor();
    const rowOf = (name: string) => dialog.getByRole('row').filter({ hasText: name });
    await dialog
      .getByText(
        'After Look at it its condition does not hold: output[0].percent ≥ 90, and there is nothing.',
      )
      .waitFor();

    await tabTo(page, dialog.getByRole('textbox', { name: 'Limit' }));
    await page.keyboard.type('80');
    await rowOf('Limit: 80').waitFor();
    await enter(page, dialog.getByRole('group').getByRole('button', { name: /Step Look at it/ }));
    await tabTo(page, dialog.getByRole('textbox', { name: 'Output of Look at it' }));
    await page.keyboard.insertText('[{"percent": 93, "fullest": "/var"}]');
    await rowOf('Folder: /var').waitFor();
    await dialog.getByText('Look at it ends with success, and the line is for failure.').waitFor();
    await expectAccessible(page);

    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('failure');
    await rowOf('After Look at it').filter({ hasText: 'Call' }).waitFor();
    await dialog.getByText('Look at it ends with failure, and the line is for success.').waitFor();
    await dialog.getByText('The run would end with success.').waitFor();
    expect(await client.listWorkflowRuns({ params: { id } })).toEqual([]);

    // of what is not saved as well
    await page.goto(at(`workflows/${id}/edit`));
    await inGraph(page, 'Call').click();
    await page.keyboard.press('Delete');
    await inGraph(page, 'Call').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Dry run' }).click();
    await dialog.getByText('1 of 2 steps ran, the others were not needed').waitFor();
    await dialog.getByText(/Call/).waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });
});
