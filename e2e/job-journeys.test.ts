import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from '@argus/client';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from './accessible.ts';
import { adminSession, browserPath, launchBrowser, openPage, type Session } from './browser.ts';
import { startPageServer } from './page-server.ts';
import type { Server } from './server.ts';

/** As long as the page's own steps may take. */
const WAIT = { timeout: 15_000 };

describe.skipIf(!browserPath)('jobs in the web page', { timeout: 60_000 }, () => {
  let server: Server;
  let client: Client;
  let browser: Browser;
  let session: Session;
  /** A task that shows how long its second argument is, which is masked. */
  let task: string;

  beforeAll(async () => {
    server = await startPageServer();
    client = createClient({ baseUrl: server.url, customer: server.customer, token: server.token });
    browser = await launchBrowser();
    session = await adminSession(browser, server);
    const [host] = await client.listHosts();
    const content = 'echo "place $1"\necho "code of ${#2} characters"\n';
    const script = await client.createScript({ body: { filename: 'unlock.sh', content } });
    const made = await client.createTask({
      body: {
        name: 'Unlock',
        host_id: host?.id ?? null,
        script_id: script.id,
        run_as: 'bash %script%',
        task_arguments: [
          { type: 'input', label: 'Place' },
          { type: 'input', label: 'Code', masked: true },
        ],
      },
    });
    task = made.id;
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });
  const jobPage = (id: string) => `${server.url}/app/${server.customer}/jobs/${id}`;

  test('a job is made on hold, says who holds it, and runs once it is resumed', async () => {
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}/tasks/${task}`);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByLabel('Place').fill('cellar');
    await page.getByLabel('Code', { exact: false }).first().fill('1234');
    await page.getByText('Priority, later start').click();
    await page.getByLabel('Priority').fill('9');
    await page.getByRole('switch', { name: 'keep it on hold' }).check();
    await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByText(`Held by ${server.admin.email}`).waitFor();
    expect(await page.locator('[data-lifecycle]').first().getAttribute('data-lifecycle')).toBe('onhold');
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('log').getByText('place cellar').waitFor();
    await page.locator('[data-state="success"]').first().waitFor();
    const id = page.url().split('/').at(-1) ?? '';
    expect(await client.getJob({ params: { id } })).toMatchObject({ priority: 9, origin: 'user' });
    expect(complaints).toEqual([]);
  });

  test('a waiting job is held and let go from its page', async () => {
    const [host] = await client.listHosts();
    const enrolled = await client.listTasks({ query: { where: { name: 'Slow ticker' } } });
    const script = enrolled[0]?.script_id ?? null;
    const single = await client.createTask({
      body: {
        name: 'One at a time',
        host_id: host?.id ?? null,
        script_id: script,
        run_as: 'bash %script%',
        multitasking: false,
        task_arguments: [{ type: 'fixed', value: '300' }],
      },
    });
    const run = () => client.runTask({ params: { id: single.id } });
    const first = await run();
    const second = await run();
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(jobPage(second.id));
    await page.getByRole('button', { name: 'Hold' }).click();
    await page.getByText(`Held by ${server.admin.email}`).waitFor();
    await client.cancelJob({ params: { id: first.id } });
    await client.waitForJob(first.id);
    expect(await client.getJob({ params: { id: second.id } })).toMatchObject({ lifecycle: 'onhold' });
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('log').getByText('tick 1 of 300').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('[data-state="canceled"]').first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('a job with a masked value is restarted with it, and asks for it where values change', async () => {
    const body = { task_arguments: ['cellar', 'open sesame'] };
    const { id } = await client.runTask({ params: { id: task }, body });
    await client.waitForJob(id);
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(jobPage(id));
    await page.getByRole('region', { name: 'Inputs' }).getByText('masked').waitFor();
    await page.getByRole('button', { name: 'Restart' }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(id));
    await page.getByRole('log').getByText('code of 11 characters').waitFor();
    await page
      .getByRole('region', { name: 'Details' })
      .getByRole('link', { name: id.slice(-6) })
      .click();
    await page.waitForURL(jobPage(id));
    await page.getByText('Repeated by').waitFor();

    await page.getByRole('button', { name: 'Run again with other values' }).click();
    const place = page.getByLabel('Place');
    const code = page.getByRole('dialog').getByRole('textbox', { name: 'Code' });
    expect([await place.inputValue(), await code.inputValue()]).toEqual(['cellar', '']);
    await page.getByText('type it again').waitFor();
    await place.fill('attic');
    await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByText('is required').waitFor();
    await code.fill('four');
    await page.keyboard.press('Enter');
    await page.getByRole('log').getByText('place attic').waitFor();
    await page.getByRole('log').getByText('code of 4 characters').waitFor();
    expect(complaints).toEqual([]);
  });

  test('a job that has not ended is repeated with its masked value', async () => {
    const body = { task_arguments: ['cellar', 'open sesame'], lifecycle: 'onhold' };
    const { id } = await client.runTask({ params: { id: task }, body });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(jobPage(id));
    await page.getByRole('button', { name: 'Repeat' }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(id));
    await page.getByRole('log').getByText('code of 11 characters').waitFor();
    const repeated = page.url().split('/').at(-1) ?? '';
    expect(await client.getJob({ params: { id: repeated } })).toMatchObject({ repeat_of: id });
    await client.cancelJob({ params: { id } });
    expect(complaints).toEqual([]);
  });

  test('jobs are found by filters that the address keeps, page by page', async () => {
    const body = { task_arguments: ['many', 'x'], lifecycle: 'onhold' };
    for (let made = 0; made < 60; made += 1) await client.runTask({ params: { id: task }, body });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}/jobs?lifecycle=onhold&q=unl`);
    const rows = page.getByRole('row').filter({ hasText: 'Unlock' });
    await expect.poll(() => rows.count(), WAIT).toBe(50);
    await page.getByRole('link', { name: 'Older' }).click();
    await expect.poll(() => rows.count(), WAIT).toBe(10);
    expect(page.url()).toMatch(/cursor=[0-9a-f]{24}/);
    await page.reload();
    await expect.poll(() => rows.count(), WAIT).toBe(10);
    await page.getByRole('link', { name: 'Newest' }).click();
    await expect.poll(() => rows.count(), WAIT).toBe(50);
    await page.getByLabel('Find jobs').fill('nothing like it');
    await page.getByRole('heading', { name: 'No job matches' }).waitFor();
    await client.emptyQueue({ params: { id: task }, query: { lifecycle: ['canceled'] } });
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete ended jobs…' }).click();
    await page.getByRole('combobox', { name: 'Those that ended' }).click();
    await page.getByRole('option', { name: 'at any time' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText(/jobs were deleted/).waitFor();
    expect(await client.listJobs({ query: { where: { finished_at: { $exists: 'true' } } } })).toEqual([]);
    expect(complaints).toEqual([]);
  });

  /** A task of the server's own bot that runs a script. */
  async function scriptTask(name: string, content: string, more: object = {}): Promise<string> {
    const [host] = await client.listHosts();
    const { id: script_id } = await client.createScript({ body: { filename: `${name}.sh`, content } });
    const body = { name, host_id: host?.id ?? null, script_id, run_as: 'bash %script%', ...more };
    return (await client.createTask({ body })).id;
  }

  test('what a script hands back is folded, searched by keys, shown raw, and saved as a file', async () => {
    const large = `"$(head -c 700000 /dev/zero | tr '\\0' x)"`;
    const id = await scriptTask(
      'Report',
      [
        `big=${large}`,
        `cat > "$ARGUS_RESULT_FILE" <<EOF`,
        `[{"shops": [{"name": "<b id=hostile>Ulm</b>", "open": true}], "number": 7, "big": "$big"},`,
        ` "data:text/csv;name=rates.csv;base64,YSxiCjEsMgo=", "plain words"]`,
        'EOF',
      ].join('\n'),
      {
        task_arguments: [
          { type: 'json', label: 'Rules' },
          { type: 'boolean', label: 'Strict' },
        ],
      },
    );
    const run = await client.runTask({
      params: { id },
      body: { task_arguments: ['{"a": [12345678901234567890]}', 'true'] },
    });
    await client.waitForJob(run.id);
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(jobPage(run.id));
    const first = page.getByRole('tree', { name: 'Output 1' });
    await first.getByText('"name": "<b id=hostile>Ulm</b>"').waitFor();
    await first.getByText('"number": 7').waitFor();
    expect(await page.locator('#hostile').count()).toBe(0);
    const inputs = page.getByRole('region', { name: 'Inputs' });
    // as it was written, not as a number of JavaScript
    await inputs.getByRole('tree', { name: 'Rules' }).getByText('12345678901234567890').waitFor();
    await inputs.getByText('yes', { exact: true }).waitFor();
    await expectAccessible(page);

    // by keyboard: shut the shops, and open them again
    const item = (name: RegExp) => first.getByRole('treeitem', { name });
    await item(/^\{ 3 fields/).focus();
    await page.keyboard.press('ArrowDown');
    expect(await item(/^"shops"/).evaluate((one) => one === one.ownerDocument.activeElement)).toBe(true);
    await page.keyboard.press('ArrowLeft');
    await first.getByText('"Ulm"', { exact: false }).waitFor({ state: 'detached' });
    expect(await item(/^"shops"/).getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('ArrowRight');
    await item(/^"name"/).waitFor();

    // what is large is cut, and all of it there where wanted
    const textLength = async () => ((await first.textContent()) ?? '').length;
    expect(await textLength()).toBeLessThan(2_000);
    await first.getByRole('button', { name: 'Show all (700.0 kB)' }).click();
    await expect.poll(textLength, WAIT).toBeGreaterThan(700_000);
    await first.getByRole('button', { name: 'Show less' }).click();
    await page.getByRole('radiogroup', { name: 'Output 1: shown as' }).getByText('Raw').click();
    await page.getByLabel('Output 1', { exact: true }).getByText('"number":7').waitFor();

    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download' }).and(page.locator('[href^="data:"]')).click(),
    ]);
    expect(file.suggestedFilename()).toBe('rates.csv');
    expect(await readFile(await file.path(), 'utf8')).toBe('a,b\n1,2\n');
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download: Output 1' }).click(),
    ]);
    expect(saved.suggestedFilename()).toBe(`${run.id}-output-1.json`);
    expect(await readFile(await saved.path(), 'utf8')).toContain('"number":7');
    expect(complaints).toEqual([]);
  });

  test('files that a script leaves are there when it ends, and what of it is not kept is named', async () => {
    const place = mkdtempSync(join(tmpdir(), 'cue-'));
    chmodSync(place, 0o755);
    const content = [
      'cd "$ARGUS_ARTIFACTS_DIR" && mkdir reports && echo "a;b" > "reports/día 1.csv" && echo "<b id=hostile>" > page.html',
      `echo '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" onload="top.hacked=1"><script>top.hacked=2</script><rect width="40" height="40"/></svg>' > plan.svg`,
      `echo no picture > broken.png; echo '{"total":12}' > sum.json; head -c 400000 /dev/zero | tr '\\0' x > long.log`,
      `ln -s /etc/passwd passwd; echo up; until [ -e ${place}/cue ]; do sleep 0.05; done`,
    ].join('\n');
    const run = await client.runTask({ params: { id: await scriptTask('Leaves-files', content) } });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(jobPage(run.id));
    await page.getByRole('log').getByText('up', { exact: true }).waitFor();
    writeFileSync(join(place, 'cue'), '');
    const files = page.getByRole('region', { name: 'Files' });
    await files.getByText('1 file was not kept:').waitFor();
    await files.getByText('passwd – no regular file').waitFor();
    const csv = files.getByRole('link', { name: 'Download reports/día 1.csv' });
    for (const [link, name, bytes] of [
      [csv, 'día 1.csv', 'a;b\n'],
      [files.getByRole('link', { name: 'Download page.html' }), 'page.html', '<b id=hostile>\n'],
    ] as const) {
      const [saved] = await Promise.all([page.waitForEvent('download'), link.click()]);
      expect(saved.suggestedFilename()).toBe(name);
      expect(await readFile(await saved.path(), 'utf8')).toBe(bytes);
    }
    await expectAccessible(page);
    await page.setViewportSize({ width: 360, height: 740 });
    const width = () => page.evaluate<number>('document.documentElement.scrollWidth');
    await expect.poll(width, WAIT).toBeLessThanOrEqual(360);

    // looked at, words stay words and pictures are nothing more; the address says which file it is
    const look = async (name: string) => {
      await files.getByRole('button', { name: `Preview ${name}`, exact: true }).click();
      return page.getByRole('dialog', { name, exact: true });
    };
    const close = async (dialog: Locator) => {
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    };
    const html = await look('page.html');
    await html.getByText('<b id=hostile>').waitFor();
    await page.reload();
    await html.getByText('<b id=hostile>').waitFor();
    expect(await page.locator('#hostile').count()).toBe(0);
    await expectAccessible(page);
    await close(html);
    const svg = await look('plan.svg');
    const isDrawn = (image: { naturalWidth: number }) => image.naturalWidth === 40;
    await expect.poll(() => svg.getByRole('img', { name: 'plan.svg' }).evaluate(isDrawn), WAIT).toBe(true);
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    await expectAccessible(page);
    await close(svg);
    const broken = await look('broken.png');
    await broken.getByText('It is no picture that this browser can show.').waitFor();
    await close(broken);
    const json = await look('sum.json');
    await json.getByRole('treeitem').filter({ hasText: 'total' }).first().waitFor();
    await close(json);
    const long = await look('long.log');
    await long.getByText('This is how it begins', { exact: false }).waitFor();
    await expect.poll(width, WAIT).toBeLessThanOrEqual(360);
    await close(long);
    rmSync(place, { recursive: true });
    expect(complaints).toEqual([]);
  });

  test('a job that was stopped tells how, also when it has long ended', async () => {
    const [stubborn, willing] = [
      await scriptTask('Willing', 'trap "exit 7" TERM\necho up\nsleep 300 & wait\n'),
      await scriptTask('Late', 'echo up\nsleep 300\n', { timeout: 1 }),
    ];
    const late = await client.runTask({ params: { id: willing } });
    const run = await client.runTask({ params: { id: stubborn } });
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(jobPage(run.id));
    await page.getByRole('log').getByText('up', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('[data-state="canceled"]').first().waitFor();
    await page.reload();
    const trail = page.getByRole('list', { name: 'How it was stopped' });
    await trail.getByText(`${server.admin.email} asked to stop it.`).waitFor();
    await trail.getByText('the script exited by itself, with code 7').waitFor();
    await trail.getByText(/^It had ended, .+ later\.$/).waitFor();

    await client.waitForJob(late.id);
    await page.goto(jobPage(late.id));
    await trail.getByText('Its timeout of 1.0 s was over.').waitFor();
    await trail.getByText('SIGTERM to all its processes, which ended the script').waitFor();
    expect(complaints).toEqual([]);
  });

  test('each attempt has its place in time, says how it went, and leads to its log', async () => {
    const id = await scriptTask('Twice', 'echo "try $ARGUS_ATTEMPT"\nexit 3\n', {
      retries: { limit: 1, delay: 1 },
    });
    const run = await client.runTask({ params: { id } });
    await client.waitForJob(run.id);
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(jobPage(run.id));
    const bars = page.getByRole('list', { name: 'Attempts in time' });
    await bars.getByRole('listitem').filter({ hasText: 'Attempt 2' }).getByText('Exit code 3.').waitFor();
    const boxes = await bars.locator('[data-kind="bad"]').all();
    const [one, other] = await Promise.all(boxes.map((bar) => bar.boundingBox()));
    expect((one?.x ?? 0) + (one?.width ?? 0)).toBeLessThanOrEqual((other?.x ?? 0) + 4);
    await bars.getByRole('link', { name: 'Attempt 1' }).click();
    await page.waitForURL(/attempt=1/);
    await page.getByRole('region', { name: 'Log of attempt 1' }).waitFor();
    await expectAccessible(page);
    expect(complaints).toEqual([]);
  });

  test('a filter is kept as a view, by bot and by value, and trials are there where they are asked for', async () => {
    const [host] = await client.listHosts();
    const other = await scriptTask('Elsewhere', 'true\n', { host_id: null, host_labels: ['nowhere'] });
    const body = { task_arguments: ['north gate', 'x'] };
    await client.waitForJob((await client.runTask({ params: { id: task }, body })).id);
    await client.runTask({ params: { id: other } });
    const script = await client.createScript({ body: { filename: 'tried.sh', content: 'true\n' } });
    const tried = await client.tryScript({
      params: { id: script.id },
      body: { content: 'true\n', host_id: host?.id ?? '', run_as: 'bash %script%' },
    });
    await client.waitForJob(tried.id);
    await using visit = await openPage(browser, { storageState: session });
    const { page, complaints } = visit;
    await page.goto(`${server.url}/app/${server.customer}/jobs`);
    const rows = page.getByRole('table').last().getByRole('row');
    await rows.filter({ hasText: 'Elsewhere' }).waitFor();
    expect(await rows.filter({ hasText: 'tried.sh' }).count()).toBe(0);
    await page.getByRole('combobox', { name: 'Bot' }).click();
    await page.getByRole('option', { name: host?.hostname ?? '' }).click();
    await rows.filter({ hasText: 'Elsewhere' }).waitFor({ state: 'detached' });
    await page.getByLabel('Argument value').fill('north gate');
    await page.waitForURL(/argument=north/);
    await expect.poll(() => rows.filter({ hasText: 'Unlock' }).count(), WAIT).toBe(1);
    await page.getByRole('button', { name: 'Save view' }).click();
    await page.getByLabel('Name of the view').fill('At the gate');
    await page.keyboard.press('Enter');
    await page.waitForURL(/view=/);
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'All' }).click();
    await rows.filter({ hasText: 'Elsewhere' }).waitFor();
    await page.getByRole('link', { name: 'At the gate' }).click();
    await page.getByRole('group', { name: 'Filters in use' }).getByText(`Bot: ${host?.hostname}`).waitFor();
    await expect.poll(() => rows.filter({ hasText: 'Unlock' }).count(), WAIT).toBe(1);
    await page.goto(`${server.url}/app/${server.customer}/jobs?origin=trial`);
    await rows.filter({ hasText: 'tried.sh' }).waitFor();
    expect(complaints).toEqual([]);
  });
});
