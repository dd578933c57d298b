import { createHash, randomBytes } from 'node:crypto';
import type { RunInstruction } from '@argus/contract';
import { createTestDatabase } from '@argus/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  automation,
  inputArgument as input,
  lastLine,
  multipart,
  startTestApp,
  type Automation,
  type FormPart,
  type TestApp,
} from '../../testing/index.ts';
import { createFiles, deleteUnusedFiles } from '../files/index.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
let at: Automation;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
});
afterAll(() => resources.disposeAsync());
beforeEach(async () => {
  at = await automation(app);
});
afterEach(() => at[Symbol.dispose]());

const takesFile = (label: string, more: object = {}) => ({ type: 'file' as const, label, ...more });
const file = (data: Uint8Array | string, filename = 'a.bin'): FormPart => ({
  name: 'task_arguments[]',
  filename,
  data,
  type: 'application/octet-stream',
});
const text = (value: string): FormPart => ({ name: 'task_arguments[]', value });
const token = () => app.demo.people.admin.token;

async function start(workflow: string, parts: readonly FormPart[]) {
  return app.request('POST', `/demo/workflow/${workflow}/job`, { ...multipart(parts), token: token() });
}
const download = (job: string, id: string, by = token()) =>
  app.request('GET', `/demo/job/${job}/file/${id}`, { token: by });
const fileOf = ({ files = [] }: RunInstruction) => files[0]!;

const fileIdOf = (given: string) => given.split('/')[1] as string;

/** As if all files had been there for a day, then the sweep. */
async function sweep(): Promise<void> {
  await app.db.once(`update files set created_at = now() - interval '1 day'`, []);
  await app.db.once(`update job_files set created_at = now() - interval '1 day'`, []);
  await deleteUnusedFiles(createFiles(app.db).queries, AbortSignal.timeout(20_000));
}

test('a file of a run reaches each step that maps it, is kept while the run is, and goes with it', async () => {
  const first = await at.task('first', { task_arguments: [input('Name')] });
  const second = await at.task('second', { task_arguments: [takesFile('Report')] });
  const id = await at.workflow({
    task_arguments: [
      { ...input('Name'), order: 0 },
      { ...takesFile('Report'), order: 1 },
    ],
    steps: [
      { id: 'first', task: first, arguments: { Name: { from: 'input[0]' } } },
      { id: 'second', task: second, arguments: { Report: { from: 'input[1]' } } },
    ],
    edges: [{ from: 'first', to: 'second' }],
  });
  const data = randomBytes(300_000);
  const { status, body: run } = await start(id, [text('Ada'), file(data, 'año 1.csv')]);
  expect([status, run.task_arguments_values]).toEqual([200, ['Ada', 'año 1.csv']]);
  await sweep();
  expect(await at.end(lastLine('["one"]'))).toMatchObject({ args: ['Ada'] });
  const taken = await at.end({ ...lastLine('no'), exit_code: 1 });
  expect(fileOf(taken)).toMatchObject({ position: 0, filename: 'año 1.csv', size: data.length });
  const over = await at.over(id, run.id as string);
  expect(over.state).toBe('failure');

  const got = await download(taken.job, fileOf(taken).id);
  expect(got.status).toBe(200);
  expect(Buffer.compare(got.bytes, data)).toBe(0);
  expect(got.headers['content-disposition']).toBe(
    `attachment; filename="a_o 1.csv"; filename*=UTF-8''a%C3%B1o%201.csv`,
  );
  expect(got.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    'content-length': `${data.length}`,
  });

  // the run alone has it now, and can be resumed
  await app.db.once('delete from jobs where id = $1', [taken.job]);
  await sweep();
  const resumed = await at.call('PUT', `/workflow/${id}/job/${run.id}/resume`, { from: ['second'] });
  expect(resumed.body).toMatchObject({ resumed_from: run.id, task_arguments_values: ['Ada', 'año 1.csv'] });
  await app.db.once('delete from workflow_runs where id = $1', [run.id]);
  await sweep();
  const retaken = await at.end();
  expect(fileOf(retaken)).toEqual(fileOf(taken));
  expect((await download(retaken.job, fileOf(taken).id)).bytes.length).toBe(data.length);
  await at.over(id, resumed.body.id as string);

  await app.db.once('delete from workflow_runs where workflow_id = $1', [id]);
  await app.db.once('delete from jobs where id = $1', [retaken.job]);
  await sweep();
  expect(await app.db.once('select 1 from files where id = $1', [fileOf(taken).id])).toEqual([]);
});

test('a workflow that takes the file of its first step hands it to workflows that are steps, by secret key too', async () => {
  const reads = await at.task('reads', { task_arguments: [takesFile('Report', { multiple: true })] });
  const inner = await at.workflow({ name: 'inner of files', steps: [{ id: 'reads', task: reads }] });
  const outer = await at.workflow({
    name: 'outer of files',
    task_arguments: [{ ...takesFile('Report', { multiple: true }), order: 0 }],
    steps: [
      { id: 'a', workflow: inner },
      { id: 'b', task: reads, arguments: { Report: { from: 'input[0]' } } },
    ],
    edges: [{ from: 'a', to: 'b' }],
  });
  const { body: secret } = await at.call('GET', `/workflow/${outer}/credentials`);
  app.keepSecret(secret.secret as string);
  const { status } = await app.request(
    'POST',
    `/workflow/${outer}/secret/${secret.secret}/job`,
    multipart(
      [file('one', '1.txt'), file('two', '2.txt')].map((part) => ({ ...part, name: 'task_arguments[0][]' })),
    ),
  );
  expect(status).toBe(200);
  const [a, b] = [await at.end(), await at.end()];
  expect(a.files?.map(({ filename }) => filename)).toEqual(['1.txt', '2.txt']);
  expect(b.files).toEqual(a.files);
  expect((await download(b.job, b.files![1]!.id)).text).toBe('two');
});

test('a file that a run was given is offered and given again, without being sent, as long as that run is kept', async () => {
  const first = await at.task('keeps', {
    task_arguments: [
      { type: 'fixed', value: 'f', order: 0 },
      { ...input('Name'), order: 1 },
      { ...takesFile('Report', { multiple: true }), order: 2 },
    ],
  });
  const id = await at.workflow({ name: 'gives again', steps: [{ id: 'a', task: first }] });
  const outlook = async (by = token()) =>
    (await app.request('GET', `/workflow/${id}/outlook`, { token: by })).body.last_values as {
      run: string;
      values: string[];
      files: { position: number; id: string; filename: string; size: number }[];
    }[];
  const give = (values: unknown[], by = token()) =>
    app.request('POST', `/workflow/${id}/job`, { token: by, body: { task_arguments: values } });
  const { body: run } = await start(id, [
    { ...text('Ada'), name: 'task_arguments[1]' },
    { ...file('one', '1.txt'), name: 'task_arguments[2][]' },
    { ...file('two', '2.txt'), name: 'task_arguments[2][]' },
  ]);
  const given = await at.end();
  const stored = async () => (await app.db.once('select 1 from files', [])).length;
  const count = await stored();
  const [set] = await outlook();
  expect(set).toEqual({
    run: run.id,
    at: run.creation_date,
    values: ['Ada', '1.txt, 2.txt'],
    files: [
      { position: 1, id: given.files![0]!.id, filename: '1.txt', size: 3 },
      { position: 1, id: given.files![1]!.id, filename: '2.txt', size: 3 },
    ],
  });
  expect((await at.runOf(id, run.id as string)).files).toEqual(set!.files);

  const [one, two] = set!.files.map((each) => `job-file:${run.id}/${each.id}`) as [string, string];
  const { status, body: again } = await give(['Bob', [two, one]]);
  expect([status, again.task_arguments_values]).toEqual([200, ['Bob', '2.txt, 1.txt']]);
  const taken = await at.end();
  expect(taken.files?.map((each) => each.id)).toEqual([given.files![1]!.id, given.files![0]!.id]);
  expect(await stored()).toBe(count);

  // the first is gone, and what it was named by; the second has the files now
  await app.db.once('delete from workflow_runs where id = $1', [run.id]);
  await app.db.once('delete from jobs where id = $1', [given.job]);
  await sweep();
  const gone = await give(['Bob', [one]]);
  expect([gone.status, gone.body.errors]).toEqual([
    400,
    [
      {
        field: 'task_arguments[2]',
        message:
          '"Report" is a file of an earlier run that is gone, or that you may not see: choose a file again',
      },
    ],
  ]);
  expect((await outlook()).map(({ run: kept, files }) => [kept, files.length])).toEqual([[again.id, 2]]);
  expect((await download(taken.job, taken.files![0]!.id)).text).toBe('two');
});

test('of runs of others, of other workflows, and with masked files nobody gives files again', async () => {
  const reads = await at.task('seen', { task_arguments: [takesFile('Report')] });
  const hides = await at.task('hides', { task_arguments: [takesFile('Key', { masked: true })] });
  const open = { acls: ['user'], steps: [{ id: 'a', task: reads }] };
  const [id, other, masked] = [
    await at.workflow({ ...open, name: 'seen' }),
    await at.workflow({ ...open, name: 'other' }),
    await at.workflow({ name: 'masked', acls: ['user'], steps: [{ id: 'a', task: hides }] }),
  ];
  const user = app.demo.people.user.token;
  const made = async (workflow: string) => {
    const { body } = await start(workflow, [file('x')]);
    const taken = await at.end();
    return { run: body.id as string, job: taken.job, text: `job-file:${body.id}/${fileOf(taken).id}` };
  };
  const [mine, others, hidden] = [await made(id), await made(other), await made(masked)];
  const give = async (workflow: string, value: string, by: string) =>
    (await app.request('POST', `/workflow/${workflow}/job`, { token: by, body: [value] })).status;
  expect(await give(id, mine.text, user)).toBe(200);
  await at.end();
  await app.db.once(`update workflow_runs set acls = '{}' where id = $1`, [mine.run]);
  expect(await give(id, mine.text, user)).toBe(400);
  expect(await give(id, mine.text, token())).toBe(200);
  await at.end();
  expect(await give(id, others.text, token())).toBe(400);
  expect(await give(masked, hidden.text, token())).toBe(400);
  expect(await give(id, `job-file:${others.job}/${fileIdOf(others.text)}`, token())).toBe(400);
  const { body: secret } = await at.call('GET', `/workflow/${id}/credentials`);
  app.keepSecret(secret.secret as string);
  const path = `/demo/workflow/${id}/secret/${secret.secret}/job`;
  expect((await app.request('POST', path, { body: [mine.text] })).status).toBe(400);
});

/** The next job that the bot gets leaves files, and ends. */
async function leaves(
  named: Readonly<Record<string, string>>,
  end = lastLine('["one"]'),
): Promise<RunInstruction> {
  const [run] = (await at.bot.takeRuns()) as [RunInstruction];
  await at.bot.started(run);
  const { job, attempt, lease } = run;
  const files = Object.entries(named).map(([name, data]) => ({
    name,
    size: data.length,
    sha256: createHash('sha256').update(data).digest('hex'),
  }));
  const credential = at.credential;
  const offered = await app.request('POST', '/bot/artifacts', {
    token: credential,
    body: { job, attempt, lease, files, left_out: null },
  });
  for (const { name, id } of offered.body.wanted as { name: string; id: string }[])
    await app.request('POST', `/bot/artifacts/${id}?offset=0`, {
      token: credential,
      body: Buffer.from(named[name]!),
      headers: { 'content-type': 'application/octet-stream' },
    });
  await at.bot.finish(run, end);
  return run;
}

test('a file that a step left is a file of the steps that map it, by its name, also over a step and in a resumed run', async () => {
  const makes = await at.task('makes');
  const reads = await at.task('reads it', {
    task_arguments: [takesFile('Report'), takesFile('Page', { required: false }), input('Size')],
  });
  const needs = await at.task('needs it', { task_arguments: [takesFile('Report')] });
  const id = await at.workflow({
    name: 'artifacts',
    steps: [
      { id: 'makes', task: makes },
      {
        id: 'reads',
        task: reads,
        arguments: {
          Report: { from: 'artifacts["out/report.csv"]' },
          Page: { from: 'artifacts.none' },
          Size: { from: 'artifacts["out/report.csv"].size' },
        },
      },
      { id: 'needs', task: needs, arguments: { Report: { from: 'steps.makes.artifacts["__proto__"]' } } },
      { id: 'missing', task: needs, arguments: { Report: { from: 'artifacts["gone.csv"]' } } },
    ],
    edges: [
      { from: 'makes', to: 'reads' },
      { from: 'reads', to: 'needs' },
      { from: 'needs', to: 'missing' },
    ],
  });
  const { id: run } = await at.run(`/workflow/${id}/job`);
  const made = await leaves({ 'out/report.csv': 'a;b', ['__proto__']: 'odd', other: 'x' });
  const read = await at.end();
  expect(read.args).toEqual(['', '', '3']);
  expect(read.files).toMatchObject([{ position: 0, filename: 'report.csv', size: 3 }]);
  const text = async (file: string) =>
    (await app.request('GET', `/bot/files/${file}`, { token: at.credential })).text;
  const odd = await at.end({ ...lastLine('no'), exit_code: 1 });
  expect(odd.files).toMatchObject([{ position: 0, filename: '__proto__', size: 3 }]);
  const over = await at.over(id, run);
  expect(over.steps.map(({ state }) => state)).toEqual(['success', 'success', 'failure', null]);

  // a run that goes on from there has the files of steps of before
  const resumed = await at.call('PUT', `/workflow/${id}/job/${run}/resume`, { from: ['reads'] });
  const again = await at.end();
  expect(fileOf(again)).toEqual(fileOf(read));
  const [last] = (await at.bot.takeRuns()) as [RunInstruction];
  expect([await text(fileOf(last).id), fileOf(last).filename]).toEqual(['odd', '__proto__']);
  await at.bot.started(last);
  await at.bot.finish(last, {});
  const ended = await at.over(id, resumed.body.id as string);
  expect(ended.steps.at(-1)).toMatchObject({
    state: 'error',
    reason: expect.stringContaining('"Report" is required') as string,
  });
  expect((await app.request('GET', `/job/${made.job}/artifact`, { token: token() })).body).toHaveLength(3);
});

test('a value of the wrong kind is an error that names the argument', async () => {
  const takes = await at.task('takes', { task_arguments: [input('Name'), takesFile('Report')] });
  const id = await at.workflow({ steps: [{ id: 'takes', task: takes }] });
  const count = async () => (await app.db.once('select 1 from files', [])).length;
  const before = await count();
  const wrong = await start(id, [file('x'), text('y')]);
  expect(wrong).toMatchObject({
    status: 400,
    body: {
      code: 'invalid_arguments',
      errors: [
        { field: 'task_arguments[0]', message: '"Name" takes no file' },
        { field: 'task_arguments[1]', message: expect.stringContaining('"Report" must be a file') as string },
      ],
    },
  });
  expect(await count()).toBe(before);
  const none = await at.task('none', { task_arguments: [input('Name')] });
  const without = await at.workflow({ name: 'without files', steps: [{ id: 'none', task: none }] });
  expect((await start(without, [file('x')])).status).toBe(400);
});

test('who may not see a job, and who sees it with its file masked, cannot have the file', async () => {
  const one = await at.task('open', { task_arguments: [takesFile('Report')] });
  const masked = await at.task('masked', { task_arguments: [takesFile('Key', { masked: true })] });
  const jobs: { job: string; id: string }[] = [];
  for (const task of [one, masked]) {
    await app.request('POST', `/task/${task}/job`, { ...multipart([file('secret')]), token: token() });
    const taken = await at.end();
    jobs.push({ job: taken.job, id: fileOf(taken).id });
  }
  const [open, hidden] = jobs as [(typeof jobs)[0], (typeof jobs)[0]];
  const user = app.demo.people.user.token;
  expect((await download(open.job, open.id)).text).toBe('secret');
  for (const [job, id, by] of [
    [open.job, open.id, user],
    [hidden.job, hidden.id, token()],
    [open.job, hidden.id, token()],
    [open.job, open.job, token()],
  ] as const)
    expect((await download(job, id, by)).status).toBe(404);
  const { body } = await at.call('GET', `/job/${hidden.job}/input?include_definitions=1`);
  expect(body).toMatchObject({ task_arguments_values: [null], files: [] });
});

test('hostile names of files are harmless', async () => {
  const one = await at.task('names', { task_arguments: [takesFile('Report')] });
  for (const name of [
    '../../etc/passwd',
    'a"; filename=b.html',
    'a\r\nset-cookie: x=1',
    '\u202egpj.exe',
    "it's (100%)*.txt",
    'é'.repeat(255),
    '..',
  ]) {
    const value = `data:;name=${encodeURIComponent(name)},x`;
    await at.run(`/task/${one}/job`, { task_arguments: [value] });
    const taken = await at.end();
    const { filename } = fileOf(taken);
    expect(filename).not.toMatch(/[/\\\r\n\u202e]|^\.\.?$/);
    const { headers, text: content } = await download(taken.job, fileOf(taken).id);
    expect(content).toBe('x');
    expect(headers['set-cookie']).toBeUndefined();
    const [, ascii, encoded] =
      /^attachment; filename="([\x20-\x7e]*)"; filename\*=UTF-8''([\w.!#$&+^`|~%-]+)$/.exec(
        headers['content-disposition'] as string,
      ) ?? [];
    expect(ascii).not.toMatch(/["\\]/);
    expect(decodeURIComponent(encoded ?? '')).toBe(filename);
  }
});
