/**
 * The examples of the Tasks API with the real programs: curl, jq, a shell, a browser. First as they are written here;
 * then, where the page of the API stands beside the project, as that page prints them, but for the host.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from '@argus/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserPath, launchBrowser, openPage } from './browser.ts';
import { startPageServer } from './page-server.ts';
import type { Server } from './server.ts';

const PAGE = join(import.meta.dirname, '../../shared/seed/tasks-api.md');
const ELSEWHERE = /https?:\/\/supervisor\.theeye\.io/g;

const missing = ['curl', 'jq', 'bash'].filter(
  (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0,
);
if (missing.length > 0)
  console.warn(`the examples of the API are not run: no ${missing.join(', ')} on this machine.`);
if (!existsSync(PAGE))
  console.warn('the examples are run as this project writes them: their page does not stand beside it.');

let server: Server;
let client: Client;
let home: string;
/** A task that asks for two values, and one that asks for none. */
let two: { id: string; secret: string };
let none: { id: string; secret: string };
beforeAll(async () => {
  if (missing.length > 0) return;
  home = await mkdtemp(join(tmpdir(), 'argus-examples-'));
  server = await startPageServer();
  client = createClient({ baseUrl: server.url, token: server.token, customer: server.customer });
  two = await addTask('Approve', ['First', 'Second']);
  none = await addTask('Get IP Address', []);
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  if (home) await rm(home, { recursive: true, force: true });
});

async function addTask(name: string, labels: string[], content = 'echo "$@"\necho success\n', env = {}) {
  const [host] = await client.listHosts();
  const script = await client.createScript({ body: { filename: 'example.sh', content } });
  const task = await client.createTask({
    body: {
      name,
      host_id: host?.id ?? null,
      script_id: script.id,
      run_as: 'bash %script%',
      task_arguments: labels.map((label) => ({ type: 'input', label })),
      env,
    },
  });
  return client.getTaskCredentials({ params: { id: task.id } });
}

/** What a job has in its environment, and what whoever calls from elsewhere sets. */
function environment(): Record<string, string> {
  return {
    THEEYE_JOB: JSON.stringify({ id: '0'.repeat(24), task_id: none.id }),
    THEEYE_ORGANIZATION_NAME: JSON.stringify(server.customer),
    THEEYE_TOKEN: server.token,
    ACCESS_TOKEN: server.token,
    TASK_ID: none.id,
    TASK_SECRET: none.secret,
  };
}

/** Runs a script's text in a shell; answers its stdout. @throws where it failed or complained */
async function shell(text: string, { program = 'bash', args = [] as string[] } = {}): Promise<string> {
  // a bash whose stdin is a socket, as execFile makes it, believes that it serves a remote login
  const child = spawn(program, ['-c', text.replaceAll(ELSEWHERE, server.url), 'example', ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...environment() },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
  });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (part: Buffer) => (output += part.toString()));
  child.stderr.on('data', (part: Buffer) => (errors += part.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  // curl's meter is no complaint
  const complaint = errors.replace(/^ +% Total[\s\S]*$/m, '').trim();
  if (code !== 0 || complaint !== '') throw new Error(`${program} ended with ${code}\n${errors}\n${output}`);
  return output;
}

async function endOf(id: string) {
  return client.waitForJob(id, { signal: AbortSignal.timeout(30_000) });
}

type Examples = Record<1 | 2 | 3 | 4 | 5 | 6, string>;

/** The same calls, as somebody writes them who has read the page. */
const written: Examples = {
  1: `organization=$THEEYE_ORGANIZATION_NAME
      curl --silent --show-error "https://supervisor.theeye.io/$organization/task?access_token=$THEEYE_TOKEN"`,
  2: `id=$(printf '%s' "$THEEYE_JOB" | jq --raw-output .task_id)
      printf 'task id: %s\\n' "$id"
      curl -sS "https://supervisor.theeye.io/$THEEYE_ORGANIZATION_NAME/task/$id?access_token=$THEEYE_TOKEN" |
        jq --compact-output '{name, id, hostname}'`,
  3: `curl -s "$2/$1/task?access_token=$THEEYE_TOKEN" |
        jq --join-output '.[] | "id: ", .id, "\\ttask: ", .name, "\\ttimeout: ", .timeout, "\\n"'`,
  4: `organization=$(printf '%s' "$THEEYE_ORGANIZATION_NAME" | jq -r .)
      curl --include -sS --request POST -H 'Accept: application/json' -H 'Content-Type: application/json' \\
        --data-urlencode "customer = $organization" --data-urlencode "task = $TASK_ID" \\
        --url "https://supervisor.theeye.io/job/secret/$TASK_SECRET"`,
  5: `<!doctype html><title>A button in a message</title>
      <form method=POST action="http://supervisor.theeye.io/job/secret/SECRET">
        <input type="hidden" name="customer" value="CUSTOMER"><input type="hidden" name="task" value="TASK">
        <input type="hidden" name="task_arguments[]" value="arg1"><input type="hidden" name="task_arguments[]" value="arg2">
        <input type="submit" value="ACEPTO">
      </form>`,
  6: `organization=$(printf '%s' "$THEEYE_ORGANIZATION_NAME" | jq -r .)
      curl -sS -X POST -H 'Accept: application/json' -H 'Content-Type: application/json' -d '{"task_arguments":[]}' \\
        "https://supervisor.theeye.io/job?access_token=$ACCESS_TOKEN&customer=$organization&task=$TASK_ID"`,
};

/** The code below each heading "Example N" that runs: shell, or the HTML of the button. */
function printed(): Examples | undefined {
  if (!existsSync(PAGE)) return undefined;
  const parts = readFileSync(PAGE, 'utf8').split(/^### \*\*Example (\d)\*\*.*$/m);
  const examples: Record<string, string> = {};
  for (let index = 1; index < parts.length; index += 2)
    examples[parts[index] as string] =
      /^```(?:bash|html)\n(.*?)^```/ms.exec(parts[index + 1] ?? '')?.[1] ?? '';
  return examples as Examples;
}

const sources: [string, Examples | undefined][] = [
  ['as they are written here', written],
  ['as their page prints them', printed()],
];

describe.skipIf(missing.length > 0).each(sources)('the examples, %s', (source, examples) => {
  const texts = examples as Examples;
  /** The page is written for bash; what is written here is plain sh. */
  const program = source.includes('page') ? 'bash' : 'sh';
  const ifThere = test.skipIf(examples === undefined);

  ifThere('1: all tasks, the organization’s name in its quotes', async () => {
    const tasks = JSON.parse(await shell(texts[1], { program })) as {
      id: string;
      name: string;
      hostname: string;
    }[];
    expect(tasks.find(({ id }) => id === two.id)).toMatchObject({
      name: 'Approve',
      hostname: expect.any(String),
    });
  });

  ifThere('2: the task of this job', async () => {
    const [first, second = ''] = (await shell(texts[2], { program })).trim().split('\n');
    expect(first).toBe(`task id: ${none.id}`);
    expect(JSON.parse(second)).toEqual({ name: 'Get IP Address', id: none.id, hostname: expect.any(String) });
  });

  ifThere('2: the same inside of a job', async () => {
    const { id } = await addTask('Looks at itself', [], texts[2].replaceAll(ELSEWHERE, server.url), {
      THEEYE_TOKEN: server.token,
    });
    const job = await client.runTask({ params: { id }, body: {} });
    const ended = await endOf(job.id);
    const log = await (await client.getJobLog({ params: { id: job.id } })).text();
    expect([ended.state, log]).toEqual(['success', expect.stringContaining(`task id: ${id}`)]);
    expect(log).toContain(`{"name":"Looks at itself","id":"${id}"`);
  });

  ifThere('3: names and timeouts, null where none is set', async () => {
    const lines = (await shell(texts[3], { program, args: [server.customer, server.url] }))
      .trim()
      .split('\n');
    expect(lines).toContain(`id: ${two.id}\ttask: Approve\ttimeout: null`);
    for (const line of lines) expect(line).toMatch(/^id: [0-9a-f]{24}\ttask: .+\ttimeout: (null|\d+)$/);
  });

  ifThere('4: a run by secret key, a form under a JSON type with spaces around its equal signs', async () => {
    const answer = await shell(texts[4], { program });
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toMatch(/^content-type: application\/json/im);
    const job = JSON.parse(answer.split('\r\n\r\n').at(-1) ?? '') as {
      id: string;
      origin: string;
      task_id: string;
    };
    expect(job).toMatchObject({ origin: 'secret', task_id: none.id });
    expect(await endOf(job.id)).toMatchObject({ state: 'success' });
  });

  test.skipIf(examples === undefined || !browserPath)('5: a button in a page of somebody else', async () => {
    const filled = texts[5]
      .replaceAll(ELSEWHERE, server.url)
      .replace('var secret = ""', `var secret = "${two.secret}"`)
      .replace('var taskId = ""', `var taskId = "${two.id}"`)
      .replace('var customerName = ""', `var customerName = "${server.customer}"`)
      .replace('SECRET', two.secret)
      .replace('TASK', two.id)
      .replace('CUSTOMER', server.customer);
    const file = join(home, 'button.html');
    await writeFile(file, filled);
    const browser = await launchBrowser();
    try {
      await using visit = await openPage(browser);
      const { page, complaints } = visit;
      await page.goto(`file://${file}`);
      await page.getByRole('button', { name: 'ACEPTO' }).click();
      await page.getByRole('heading', { name: 'Approve' }).waitFor();
      // the page looks again by itself
      await page.getByRole('status').getByText('Done').waitFor();
      expect(complaints).toEqual([]);
      expect(page.url()).toMatch(/\/job\/[0-9a-f]{24}\/secret\/[0-9a-f]{64}$/);
    } finally {
      await browser.close();
    }
    const [summary] = await client.listJobs({ query: { task: two.id, limit: 1 } });
    const job = await client.getJob({ params: { id: summary?.id ?? '' } });
    expect(job).toMatchObject({
      state: 'success',
      origin: 'secret',
      task_arguments_values: ['arg1', 'arg2'],
    });
  });

  ifThere('6: a run by token, and its job afterwards', async () => {
    const job = JSON.parse(await shell(texts[6], { program })) as { id: string };
    expect(await endOf(job.id)).toMatchObject({ origin: 'api', state: 'success', task_id: none.id });
  });
});
