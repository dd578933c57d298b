import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { browserPath, launchBrowser } from '../e2e/browser.ts';
import { crowd } from './crowd.ts';
import type { Report } from './report.ts';
import { newId, newToken, withDatabase, type Customer } from './rows.ts';
import type { Server } from './server.ts';
import { median } from './statistics.ts';

const OPENS = 9;
const ROUNDS = 15;
/** The table of jobs; charts have tables of their own. */
const JOB_LINKS = 'tbody a[href*="/jobs/"]';
const TOO_LONG_MS = 30_000;

/**
 * How long somebody waits for the web page in a real browser, in an organization with very many tasks and jobs. Opens
 * are cold: each in a browser profile of its own, which has nothing of the page yet.
 */
export async function web(server: Server, report: Report): Promise<void> {
  const dist = join(import.meta.dirname, '../apps/web/dist/index.html');
  if (!browserPath || !existsSync(dist)) {
    report.say('  is left out: it needs Chromium (CHROMIUM_PATH) and the built page (npm start builds it)');
    return;
  }
  await using browser = await launchBrowser({ js: '' });
  await withDatabase(server, async (database) => {
    const customer = await crowd(server, database, report);
    const session = await addSession(database, customer);
    // what ends is counted within minutes: nothing else of a million ends in one
    while (!(await areCounted(database))) await new Promise((resolve) => setTimeout(resolve, 1_000));
    await measure(browser, server.url, customer.name, session, report);
  });
}

/** Whether the ends of all jobs that were written are counted for the charts. */
async function areCounted(database: pg.Client): Promise<boolean> {
  const { rowCount } = await database.query(
    'select 1 from job_stats_counted where until > (select max(finished_at) from jobs)',
  );
  return rowCount === 1;
}

async function measure(
  browser: Browser,
  url: string,
  customer: string,
  session: string,
  report: Report,
): Promise<void> {
  const line = (name: string, values: number[], unit = 'ms') =>
    report.line({ name, value: median(values), unit, n: values.length });
  const at = (path: string) => `${url}/app/${customer}/${path}`;
  const opens: number[] = [];
  const complete: number[] = [];
  const sizes: number[] = [];
  for (let open = 0; open <= OPENS; open++) {
    await using context = await profileOf(browser, url, session);
    const page = await context.newPage();
    await page.goto(at('tasks'));
    const interactive = await timeOf(page, 'document.querySelector(\'tbody a[href*="/tasks/"]\')');
    const all = await timeOf(page, "document.body.innerText.includes('10,000')");
    // the first one warms the server
    if (open === 0) continue;
    opens.push(interactive);
    complete.push(all);
    sizes.push(await page.evaluate<number>(SCRIPTS_KB));
  }
  line('web_list_interactive_ms', opens);
  line('web_list_complete_ms', complete);
  line('web_list_scripts_kb', sizes, 'kB');

  await using context = await profileOf(browser, url, session);
  const page = await context.newPage();
  await page.goto(at('tasks'));
  await timeOf(page, "document.body.innerText.includes('10,000')");
  const filters: number[] = [];
  const search = page.locator('main input').first();
  for (let round = 0; round < ROUNDS; round++) {
    const name = `Task ${9_000 + round * 7}`;
    await search.fill('');
    await page.locator('tbody tr').nth(5).waitFor();
    await begin(page);
    await search.fill(name);
    filters.push(
      await timeSince(
        page,
        `document.querySelectorAll('tbody tr').length === 1 && document.querySelector('tbody').innerText.includes('${name}')`,
      ),
    );
  }
  line('web_filter_tasks_ms', filters);

  const jobs: number[] = [];
  const states: number[] = [];
  const details: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await page.goto('about:blank');
    await page.goto(at('jobs'));
    jobs.push(await timeOf(page, `document.querySelector('${JOB_LINKS}')`));
    // as the tasks, it is filtered once all of it is there
    await timeOf(page, "document.querySelector('main summary')");
    // what nobody has is looked for the longest
    await begin(page);
    await page.evaluate("history.pushState(null, '', '?state=failure')");
    states.push(await timeSince(page, "document.querySelector('main').innerText.includes('No job matches')"));
    await page.goBack();
    await page.locator(JOB_LINKS).nth(ROUNDS).waitFor();
    await begin(page);
    // as with the keyboard: without the time that a pointer rests on it before
    await page.evaluate(`document.querySelectorAll('${JOB_LINKS}')[${round}].click()`);
    details.push(await timeSince(page, "document.querySelector('main dl')"));
  }
  line('web_jobs_interactive_ms', jobs);
  line('web_filter_jobs_ms', states);
  line('web_job_page_open_ms', details);
}

/** What the page's scripts weighed on their way, kB of 1,000 bytes. */
const SCRIPTS_KB = `performance.getEntriesByType('resource')
  .filter(({ name }) => name.endsWith('.js'))
  .reduce((sum, { transferSize }) => sum + transferSize, 0) / 1_000`;

/** Waits until it is drawn and the page answers again; milliseconds since its navigation began. */
function timeOf(page: Page, condition: string): Promise<number> {
  return page.evaluate<number>(waitFor(condition, '0'));
}

async function begin(page: Page): Promise<void> {
  await page.evaluate('window.benchBegin = performance.now()');
}

function timeSince(page: Page, condition: string): Promise<number> {
  return page.evaluate<number>(waitFor(condition, 'window.benchBegin'));
}

/** A frame and a turn after it holds, whatever was to be done has been done, and a key would be heard. */
function waitFor(condition: string, since: string): string {
  return `(async () => {
    const condition = ${JSON.stringify(condition)};
    for (const begin = performance.now(); !(${condition}); await new Promise((resolve) => requestAnimationFrame(resolve)))
      if (performance.now() - begin > ${TOO_LONG_MS}) throw new Error('waited in vain until ' + condition + ' at ' + location.href);
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - ${since};
  })()`;
}

async function profileOf(browser: Browser, url: string, session: string): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 800 } });
  await context.addCookies([{ name: 'argus_session', value: session, url }]);
  return context;
}

/** An admin of the organization who is signed in: what their cookie holds. */
async function addSession(database: pg.Client, { id: customer }: Customer): Promise<string> {
  const { token, hash } = newToken();
  const user = newId();
  await database.query(`insert into users (id, email, name) values ($1, 'bench@example.org', 'bench')`, [
    user,
  ]);
  await database.query(`insert into members (id, customer_id, user_id, role) values ($1, $2, $3, 'admin')`, [
    newId(),
    customer,
    user,
  ]);
  await database.query(
    `insert into tokens (id, kind, hash, customer_id, user_id, expires_at)
     values ($1, 'session', $2, $3, $4, now() + interval '1 day')`,
    [newId(), hash, customer, user],
  );
  return token;
}
