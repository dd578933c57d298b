import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RunInstruction } from '@argus/contract';
import { createTestDatabase, fakeBot, until } from '@argus/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addHost,
  addTask,
  fingerprint,
  multipart,
  startTestApp,
  type FormPart,
  type TestApp,
  type TestTask,
} from '../../testing/index.ts';
import { createFiles, type Files } from './store.ts';
import { deleteUnusedFiles } from './sweep.ts';

const run = promisify(execFile);
const MIB = 1024 * 1024;

const resources = new AsyncDisposableStack();
let app: TestApp;
let files: Files;
let user: string;
let directory: string;
/** Takes a text, a file, and an optional list of files, after a fixed argument. */
let task: TestTask;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
  files = createFiles(app.db);
  user = app.demo.people.user.token;
  directory = mkdtempSync(join(tmpdir(), 'files-'));
  resources.defer(() => rmSync(directory, { recursive: true }));
  task = await addTask(app.platform, app.demo.id, {
    host_id: app.demo.host.id,
    script_id: app.demo.script.id,
    task_arguments: [
      { order: 0, type: 'fixed', value: 'f' },
      { order: 1, type: 'input', label: 'Name' },
      { order: 2, type: 'file', label: 'Report' },
      { order: 3, type: 'file', label: 'More', multiple: true, required: false },
    ],
  });
  app.keepSecret(task.secret);
});
afterAll(() => resources.disposeAsync());

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
const stored = async () =>
  (
    await app.db.query<{ count: number }>('count_files', 'select count(*)::integer as count from files', [])
  )[0]!.count;
const jobCount = async () =>
  (await app.request('GET', `/job?task=${task.id}`, { token: user })).body.length as number;

function post(
  parts: readonly FormPart[],
  { path = `/demo/task/${task.id}/job`, token = user }: { path?: string; token?: string | null } = {},
) {
  return app.request('POST', path, { ...multipart(parts), ...(token !== null && { token }) });
}

const text = (value: string, name = 'task_arguments[]'): FormPart => ({ name, value });
/** Stands for an optional argument left out. */
const NONE = text('');
const file = (data: Uint8Array | string, filename = 'a.bin', name = 'task_arguments[]'): FormPart => ({
  name,
  filename,
  data,
  type: 'application/octet-stream',
});

/** The instruction of a job, as its bot gets it, on a machine of its own. */
async function instructionOf(args: unknown, on: TestTask = task): Promise<RunInstruction> {
  const host = await addHost(app.db, app.demo.id, `h-${randomBytes(4).toString('hex')}`);
  await app.request('PATCH', `/task/${on.id}`, {
    token: app.demo.people.admin.token,
    body: { host_id: host.id },
  });
  const sent = Buffer.isBuffer(args) ? multipart([text('x'), file(args), NONE]) : { body: args };
  const { status, body: job } = await app.request('POST', `/task/${on.id}/job`, { token: user, ...sent });
  expect(status).toBe(200);
  using bot = fakeBot({ url: app.url, credential: host.credential });
  const [instruction] = await bot.takeRuns(1);
  expect(instruction?.job).toBe(job.id);
  credentials.set(job.id as string, host.credential);
  return instruction as RunInstruction;
}
const credentials = new Map<string, string>();
const fetched = (id: string, token: string) => app.request('GET', `/bot/files/${id}`, { token });

test('a job that is repeated or restarted has the files of the first one, also a masked one', async () => {
  const masked = await addTask(app.platform, app.demo.id, {
    host_id: app.demo.host.id,
    script_id: app.demo.script.id,
    task_arguments: [
      { order: 0, type: 'file', label: 'Key', masked: true },
      { order: 1, type: 'file', label: 'More', multiple: true },
    ],
  });
  app.keepSecret(masked.secret);
  const host = await addHost(app.db, app.demo.id, `h-${randomBytes(4).toString('hex')}`);
  const token = app.demo.people.admin.token;
  await app.request('PATCH', `/task/${masked.id}`, { token, body: { host_id: host.id } });
  using bot = fakeBot({ url: app.url, credential: host.credential });
  const parts = [
    file('the key', 'key', 'task_arguments[0]'),
    file('one', '1', 'task_arguments[1][]'),
    file('two', '2', 'task_arguments[1][]'),
  ];
  const { body: first } = await post(parts, { path: `/task/${masked.id}/job` });
  expect(first.task_arguments_values).toEqual([null, '1, 2']);
  const [original] = await bot.takeRuns();
  await bot.finish(original as RunInstruction);
  for (const [method, action] of [
    ['POST', 'repeat'],
    ['PUT', 'restart'],
  ]) {
    const { body: again } = await app.request(method as string, `/job/${first.id}/${action}`, { token });
    expect(again).toMatchObject({ repeat_of: first.id, task_arguments_values: [null, '1, 2'] });
    const [repeated] = await bot.takeRuns();
    expect(repeated?.files).toEqual(original?.files);
    expect((await fetched(repeated?.files?.[0]?.id as string, host.credential)).text).toBe('the key');
    await bot.finish(repeated as RunInstruction);
  }
});

describe('a file', () => {
  test.each([
    ['nothing in it', Buffer.of()],
    ['one byte', Buffer.of(0)],
    ['what looks like the end of a part', Buffer.from('\r\n--the-boundary-of-a-tes\r\n--\r\n\r\n')],
    ['one piece of the store exactly', randomBytes(256 * 1024)],
    ['some pieces and a byte', randomBytes(MIB + 1)],
  ])('with %s arrives at the bot as it was sent', async (_name, data) => {
    const { job, args, files: given = [] } = await instructionOf(data);
    expect(args).toEqual(['f', 'x', '', '']);
    expect(given).toEqual([
      { position: 2, id: given[0]!.id, filename: 'a.bin', size: data.length, sha256: sha256(data) },
    ]);
    const { bytes } = await fetched(given[0]!.id, credentials.get(job)!);
    expect(sha256(bytes)).toBe(sha256(data));
  });

  test('is shown by its name, in every form in which it can be sent', async () => {
    const ways: [string, { body: unknown; headers?: Record<string, string> }][] = [
      ['values in order', multipart([text('x'), file('1', 'r.csv'), NONE])],
      ['positions', multipart([text('x', 'task_arguments[1]'), file('1', 'r.csv', 'task_arguments[2]')])],
      [
        'the file first',
        multipart([file('1', 'r.csv', 'task_arguments[2]'), text('x', 'task_arguments[1]')]),
      ],
      ['all positions', multipart([text('ignored'), text('x'), file('1', 'r.csv'), text('')])],
      ['an empty input left out', multipart([text('x'), file('1', 'r.csv'), file('', '')])],
      ['a path as its name', multipart([text('x'), file('1', 'C:\\\\Users\\\\me\\\\r.csv'), NONE])],
      ['a data URL', { body: ['x', 'data:text/csv;name=r.csv;base64,MQ==', null] }],
      [
        'a named data URL',
        {
          body: [
            { order: 2, value: 'data:text/csv;name=r.csv,1' },
            { order: 1, value: 'x' },
          ],
        },
      ],
      ['a data URL in a form', multipart([text('x'), text('data:text/csv;name=r.csv;base64,MQ=='), NONE])],
    ];
    for (const [way, sent] of ways) {
      const { status, body } = await app.request('POST', `/task/${task.id}/job`, { token: user, ...sent });
      expect([way, status, body.task_arguments_values]).toEqual([way, 200, ['f', 'x', 'r.csv', '']]);
      const again = await app.request('GET', `/job/${body.id}`, { token: user });
      expect([way, again.body.task_arguments_values]).toEqual([way, ['f', 'x', 'r.csv', '']]);
    }
  });

  test('of a list comes with its place in the list', async () => {
    const sent = multipart([
      text('x', 'task_arguments[1]'),
      file('1', 'one', 'task_arguments[2]'),
      file('2', 'two', 'task_arguments[3][]'),
      file('3', 'three', 'task_arguments[3][]'),
    ]);
    const { body } = await app.request('POST', `/task/${task.id}/job`, { token: user, ...sent });
    expect(body.task_arguments_values).toEqual(['f', 'x', 'one', 'two, three']);
    const { files: given } = await instructionOf([
      'x',
      'data:,1',
      ['data:;name=two,2', 'data:;name=three,3'],
    ]);
    expect(given).toMatchObject([
      { position: 2, filename: 'file' },
      { position: 3, index: 0, filename: 'two' },
      { position: 3, index: 1, filename: 'three' },
    ]);
    expect(given![0]).not.toHaveProperty('index');
  });

  test.each([
    ['a token in the header', '', [], true],
    ['a token in the query', 'token', [], true],
    ['a token in a field before the file', '', ['access_token'], true],
    ['the task and the organization in fields before the file', '/job', ['task', 'customer'], true],
    ['a secret', '/secret', [], false],
    ['a secret, the task in a field before the file', '/job/secret', ['customer', 'task'], false],
  ])('is taken with %s', async (_name, way, fields, withToken) => {
    const values: Record<string, string> = { task: task.id, customer: 'demo', access_token: user };
    const path = {
      '': `/task/${task.id}/job`,
      token: `/task/${task.id}/job?access_token=${user}`,
      '/job': '/job',
      '/secret': `/demo/task/${task.id}/secret/${task.secret}/job`,
      '/job/secret': `/job/secret/${task.secret}`,
    }[way] as string;
    const inHeader = withToken && way !== 'token' && !fields.includes('access_token');
    const { body } = await post(
      [...fields.map((name) => text(values[name] as string, name)), text('x'), file('1', 'r'), NONE],
      { path, token: inHeader ? user : null },
    );
    expect(body.task_arguments_values).toEqual(['f', 'x', 'r', '']);
  });

  test('that is masked is not shown, and its name neither', async () => {
    const masked = await addTask(app.platform, app.demo.id, {
      host_id: app.demo.host.id,
      script_id: app.demo.script.id,
      task_arguments: [{ order: 0, type: 'file', masked: true }],
    });
    const { body, text: answer } = await post([file('1', 'the-name')], { path: `/task/${masked.id}/job` });
    expect(body.task_arguments_values).toEqual([null]);
    expect(answer).not.toContain('the-name');
  });

  test('is a data URL again for who cannot fetch it', async () => {
    const [one, list] = await files.keep(app.demo.id, 'e'.repeat(24), [
      { multiple: false, files: ['data:text/csv;name=a%20b.csv;base64,MQ=='] },
      { multiple: true, files: ['data:text/csv;name=a,1', 'data:,2'] },
    ]);
    expect(await files.asDataUrl(one!)).toBe('data:text/csv;name=a%20b.csv;base64,MQ==');
    expect(JSON.parse(await files.asDataUrl(list!))).toEqual([
      'data:text/csv;name=a;base64,MQ==',
      'data:text/plain;name=file;base64,Mg==',
    ]);
    expect(await files.asDataUrl('text')).toBe('text');
    await expect(
      files.asDataUrl({ file: 'a', filename: 'big', size: 9 * MIB, sha256: '' }),
    ).rejects.toMatchObject({ code: 'too_large' });
  });
});

describe('a file of an earlier job', () => {
  const give = (values: unknown[], { path = `/task/${task.id}/job`, token = user, method = 'POST' } = {}) =>
    app.request(method, path, { token, body: { task_arguments: values } });
  const inputOf = async (job: string) =>
    (await app.request('GET', `/job/${job}/input?include_definitions=1`, { token: user })).body.files as {
      position: number;
      id: string;
      filename: string;
    }[];
  /** Its text for each file that the job shows. */
  const textsOf = async (job: string) => (await inputOf(job)).map(({ id }) => `job-file:${job}/${id}`);
  const upload = async () =>
    (
      await post([
        text('x', 'task_arguments[1]'),
        file('report', 'r.csv', 'task_arguments[2]'),
        file('one', '1', 'task_arguments[3][]'),
        file('two', '2', 'task_arguments[3][]'),
      ])
    ).body.id as string;
  const download = async (job: string, id: string) =>
    (await app.request('GET', `/job/${job}/file/${id}`, { token: user })).text;

  test('is given again without being sent, outlives that job, and may stand beside new ones', async () => {
    const earlier = await upload();
    const [report, one, two] = (await textsOf(earlier)) as [string, string, string];
    const before = await stored();
    const { status, body } = await give(['y', report, [two, one]]);
    expect([status, body.task_arguments_values]).toEqual([200, ['f', 'y', 'r.csv', '2, 1']]);
    expect(await stored()).toBe(before);
    const { body: mixed } = await post([
      text('y', 'task_arguments[1]'),
      text(report, 'task_arguments[2]'),
      text(one, 'task_arguments[3][]'),
      file('three', '3', 'task_arguments[3][]'),
    ]);
    expect(mixed.task_arguments_values).toEqual(['f', 'y', 'r.csv', '1, 3']);
    await app.db.query('delete_earlier_job', 'delete from jobs where id = $1', [earlier]);
    await app.db.query('age_links_again', `update job_files set created_at = now() - interval '2 hours'`, []);
    await app.db.query('age_files_again', `update files set created_at = now() - interval '2 hours'`, []);
    await deleteUnusedFiles(files.queries, new AbortController().signal);
    const [kept] = await inputOf(body.id as string);
    expect(await download(body.id as string, kept!.id)).toBe('report');
    // that job is gone, and with it its name for the file
    const { status: gone, body: why } = await give(['y', report, null]);
    expect([gone, why.code, why.errors]).toEqual([
      400,
      'invalid_arguments',
      [
        {
          field: 'task_arguments[2]',
          message: expect.stringMatching(/^"Report" is a file of an earlier run/),
        },
      ],
    ]);
  });

  test('is given to a restart, and is text where text is asked for', async () => {
    const earlier = await upload();
    const [report] = (await textsOf(earlier)) as [string];
    await app.request('PUT', `/job/${earlier}/cancel`, { token: user });
    const { status, body } = await give([report, report, null], {
      method: 'PUT',
      path: `/job/${earlier}/restart`,
    });
    expect([status, body.task_arguments_values]).toEqual([200, ['f', report, 'r.csv', '']]);
  });

  test('is refused where the caller may not have it, and nothing is made of it', async () => {
    const earlier = await upload();
    const [report, one] = (await textsOf(earlier)) as [string, string];
    const fileArgument = { order: 0, type: 'file', label: 'Report' } as const;
    const make = (values: object, customer = app.demo) =>
      addTask(app.platform, customer.id, {
        host_id: customer.host.id,
        script_id: customer.script.id,
        task_arguments: [fileArgument],
        ...values,
      });
    const [another, foreign, masked] = [
      await make({}),
      await make({}, app.other),
      await make({ task_arguments: [{ ...fileArgument, masked: true }] }),
    ];
    for (const { secret } of [another, foreign, masked]) app.keepSecret(secret);
    const theirs = app.other.people.user.token;
    const foreignJob = (
      await give(['data:;name=a,1'], { path: `/other/task/${foreign.id}/job`, token: theirs })
    ).body.id as string;
    const maskedJob = (await give(['data:;name=a,1'], { path: `/task/${masked.id}/job` })).body.id as string;
    const linked = async (job: string) =>
      (
        await app.db.query<{ file_id: string }>(
          'linked_file',
          'select file_id from job_files where job_id = $1',
          [job],
        )
      ).map(({ file_id }) => `job-file:${job}/${file_id}`)[0] as string;
    const hidden = await upload();
    const [unseen] = (await textsOf(hidden)) as [string];
    await app.db.query('hide_job', `update jobs set acls = '{}', user_id = null where id = $1`, [hidden]);
    const zeros = '0'.repeat(24);
    const before = await fingerprint(app.db);
    const own = `/task/${task.id}/job`;
    const cases: [string, unknown, string, number?][] = [
      ['another organization', [await linked(foreignJob)], `/task/${another.id}/job`],
      ['another task', [report], `/task/${another.id}/job`],
      ['a masked argument', [await linked(maskedJob)], `/task/${masked.id}/job`],
      ['a job that the caller does not see', ['y', unseen, null], own],
      ['a job that never was', ['y', `job-file:${zeros}/${zeros}`, null], own],
      ['a file that the job does not have', ['y', `job-file:${earlier}/${zeros}`, null], own],
      ['one of several', ['y', report, [one, `job-file:${earlier}/${zeros}`]], own],
      ['two for one argument', ['y', [report, one], null], own],
      ['no name of a file', ['y', `job-file:${earlier}`, null], own],
      ['too many', ['y', report, Array.from({ length: 20 }, () => one)], own, 413],
      ['a secret', ['y', report, null], `/demo/task/${task.id}/secret/${task.secret}/job`],
    ];
    for (const [name, values, path, status = 400] of cases) {
      const answer = await app.request('POST', path, {
        ...(name !== 'a secret' && { token: user }),
        body: { task_arguments: values },
      });
      expect([name, answer.status, answer.body.code]).toEqual([
        name,
        status,
        status === 413 ? 'too_large' : 'invalid_arguments',
      ]);
    }
    expect(await fingerprint(app.db)).toEqual(before);
  });

  test('counts as much as one that is sent', { timeout: 60_000 }, async () => {
    const { body } = await post([
      text('x', 'task_arguments[1]'),
      file(Buffer.alloc(33 * MIB), 'big', 'task_arguments[2]'),
    ]);
    const [big] = (await textsOf(body.id as string)) as [string];
    const answer = await give(['y', big, [big]]);
    expect([answer.status, answer.body.code]).toEqual([413, 'too_large']);
  });
});

test('a download asks for the next piece of a file only when what came before was taken', async () => {
  const size = 32 * MIB;
  const { body: job } = await post([
    text('x', 'task_arguments[1]'),
    file(Buffer.alloc(size, 7), 'big', 'task_arguments[2]'),
  ]);
  const { body: input } = await app.request('GET', `/job/${job.id}/input?include_definitions=1`, {
    token: user,
  });
  const id = input.files[0].id as string;
  const lastPiece = size / (256 * 1024) - 1;
  const start = new Promise<Buffer>((resolve, reject) => {
    const sent = httpRequest(`${app.url}/job/${job.id}/file/${id}`, {
      headers: { authorization: `Bearer ${user}`, 'x-customer': 'demo' },
    });
    sent.on('error', reject);
    sent.on('response', (answer) => {
      answer.once('readable', () => {
        const piece = answer.read() as Buffer;
        // nothing more is taken: the server has to wait, and what it has not read can still change
        void app.db
          .query('change_last_piece', 'update file_chunks set data = $3 where file_id = $1 and seq = $2', [
            id,
            lastPiece,
            Buffer.alloc(256 * 1024, 9),
          ])
          .then(() => {
            let last = piece;
            answer.on('data', (more: Buffer) => (last = more));
            answer.on('end', () => resolve(last));
          }, reject);
      });
    });
    sent.end();
  });
  expect((await start).at(-1)).toBe(9);
});

describe('a file is refused', () => {
  const cases: [string, () => FormPart[], number, string][] = [
    ['for an argument of text', () => [file('1'), file('2'), NONE], 400, '"Name" takes no file'],
    [
      'twice for one argument',
      () => [
        text('x', 'task_arguments[1]'),
        file('1', 'a', 'task_arguments[2][]'),
        file('2', 'b', 'task_arguments[2][]'),
      ],
      400,
      '"Report" takes one file',
    ],
    ['where it is text', () => [text('x'), text('report.csv'), NONE], 400, 'data URL'],
    ['under another name', () => [text('x'), file('1', 'a', 'upload')], 400, 'task_arguments[]'],
    [
      'deep inside an argument',
      () => [file('1', 'a', 'task_arguments[1][x]'), file('1')],
      400,
      'task_arguments[]',
    ],
    ['before the token', () => [text('x'), file('1'), text('t', 'access_token')], 400, 'before the files'],
    [
      'before the organization',
      () => [text('x'), file('1'), text('demo', 'customer')],
      400,
      'before the files',
    ],
    ['before the task', () => [text('x'), file('1'), text('t', 'task')], 400, 'before the files'],
    ['beside an unknown field', () => [text('x'), file('1'), text('y', 'nope')], 400, 'nope'],
    ['among 21', () => Array.from({ length: 21 }, () => file('1')), 413, '20 files'],
    ['beside fields of 2 MiB', () => [text('x'), file('1'), text('y'.repeat(2 * MIB))], 413, 'too large'],
    [
      'beside too many fields',
      () => [...Array.from({ length: 1001 }, () => text('x')), file('1')],
      413,
      '1000',
    ],
    ['left out where it is required', () => [text('x'), file('', ''), NONE], 400, '"Report" is required'],
  ];
  test.each(cases)('%s, and nothing of it stays', async (_name, parts, status, message) => {
    const before = await fingerprint(app.db);
    const answer = await post(parts());
    expect([answer.status, answer.body.message]).toEqual([status, expect.stringContaining(message)]);
    expect(await fingerprint(app.db)).toEqual(before);
  });

  test('of JSON that pretends to be one', async () => {
    const before = await fingerprint(app.db);
    const id = 'f'.repeat(24);
    for (const forged of [
      { file: id, filename: 'a', size: 1 },
      { files: [] },
      { id, filename: 'a', size: 1, sha256: '0'.repeat(64) },
    ]) {
      const { status, body } = await app.request('POST', `/task/${task.id}/job`, {
        token: user,
        body: ['x', forged, null],
      });
      expect([status, body.code]).toEqual([400, 'invalid_arguments']);
    }
    expect(await fingerprint(app.db)).toEqual(before);
  });

  test('by requests that take none', async () => {
    const { status } = await app.request('PUT', `/script/${app.demo.script.id}`, {
      token: app.demo.people.admin.token,
      ...multipart([file(Buffer.alloc(16 * MIB + 1), 'x.sh', 'file')]),
    });
    expect(status).toBe(413);
  });

  test('by a task that takes none, before a byte of it is stored', async () => {
    const before = await stored();
    const { status, body } = await post([file('1')], { path: `/task/${app.demo.task.id}/job` });
    expect([status, body.code]).toEqual([400, 'invalid_arguments']);
    expect(await stored()).toBe(before);
  });
});

describe('a bot', () => {
  test('gets the files of the attempts that it holds, and no others', async () => {
    const { job, attempt, lease, files: given } = await instructionOf(['x', 'data:,secret', null]);
    const { id } = given![0]!;
    const credential = credentials.get(job)!;
    expect((await fetched(id, credential)).text).toBe('secret');
    expect((await fetched(id, app.demo.host.credential)).status).toBe(404);
    expect((await fetched(id, app.other.host.credential)).status).toBe(404);
    expect((await fetched('f'.repeat(24), credential)).status).toBe(404);
    expect((await fetched(id, user)).status).toBe(403);
    using bot = fakeBot({ url: app.url, credential });
    await bot.finish({ job, attempt, lease });
    expect((await fetched(id, credential)).status).toBe(404);
  });
});

describe('with curl', () => {
  const curl = async (...args: string[]) => {
    const { stdout } = await run('curl', ['-sS', '--max-time', '60', '-w', '\n%{http_code}', ...args], {
      maxBuffer: 16 * MIB,
    });
    const [status = '', ...lines] = stdout.split('\n').reverse();
    return { status: Number(status), body: JSON.parse(lines.reverse().join('\n')) };
  };
  const url = () => `${app.url}/demo/task/${task.id}/job`;
  const bearer = () => ['-H', `authorization: Bearer ${user}`];
  let big: string;
  beforeAll(() => {
    big = join(directory, 'big.bin');
    writeFileSync(big, randomBytes(64 * MIB));
    writeFileSync(`${big}.more`, Buffer.alloc(64 * MIB + 1));
  });

  test('64 MiB go through', { timeout: 60_000 }, async () => {
    const { status, body } = await curl(
      ...bearer(),
      '-F',
      'task_arguments[]=x',
      '-F',
      `task_arguments[]=@${big}`,
      '-F',
      'task_arguments[]=',
      url(),
    );
    expect([status, body.task_arguments_values]).toEqual([200, ['f', 'x', 'big.bin', '']]);
    const [row] = await app.db.query<{ size: number; chunks: number }>(
      'size_of_file',
      `select f.size, (select sum(length(data))::bigint from file_chunks where file_id = f.id) as chunks
       from files f join job_files l on l.file_id = f.id where l.job_id = $1`,
      [body.id],
    );
    expect(row).toEqual({ size: 64 * MIB, chunks: 64 * MIB });
  });

  test.each([
    ['a wrong token', 401, () => ['-H', 'authorization: Bearer nonsense']],
    [
      'a wrong token, asked for before the body',
      401,
      () => ['-H', 'authorization: Bearer nonsense', '-H', 'Expect: 100-continue'],
    ],
    [
      'a wrong token and no hint that more comes',
      401,
      () => ['-H', 'authorization: Bearer nonsense', '-H', 'Expect:'],
    ],
    ['a token that comes after', 401, () => ['-F', 'task_arguments[]=x']],
    ['a task that is unknown', 404, () => bearer()],
  ])('the answer to %s arrives, and nothing is stored', { timeout: 60_000 }, async (name, status, args) => {
    const before = await stored();
    const path = name.includes('task that') ? url().replace(task.id, 'f'.repeat(24)) : url();
    const answer = await curl(...args(), '-F', `task_arguments[]=@${big}`, path);
    expect(answer).toMatchObject({ status, body: { statusCode: status } });
    expect(await stored()).toBe(before);
  });

  test.each([
    ['told', [] as string[]],
    ['not told', ['-H', 'Transfer-Encoding: chunked', '-H', 'Expect:']],
  ])('a byte too much is refused, its length %s', { timeout: 60_000 }, async (_name, args) => {
    const before = await stored();
    const answer = await curl(
      ...bearer(),
      ...args,
      '-F',
      'task_arguments[]=x',
      '-F',
      `task_arguments[]=@${big}.more`,
      url(),
    );
    expect(answer).toMatchObject({ status: 413, body: { code: 'too_large' } });
    expect(await stored()).toBe(before);
  });

  test('two files that are too much together are refused', { timeout: 60_000 }, async () => {
    writeFileSync(`${big}.half`, Buffer.alloc(33 * MIB));
    const before = await stored();
    const half = `task_arguments[3][]=@${big}.half`;
    const answer = await curl(...bearer(), '-H', 'Transfer-Encoding: chunked', '-F', half, '-F', half, url());
    expect(answer).toMatchObject({ status: 413, body: { code: 'too_large' } });
    expect(await stored()).toBe(before);
  });
});

describe('an upload that breaks off', () => {
  const parts = () => multipart([text('x'), file(randomBytes(2 * MIB)), NONE]);

  test('leaves no job and no file', async () => {
    const before = [await stored(), await jobCount()];
    const { body, headers } = parts();
    const { hostname, port } = new URL(app.url);
    const outgoing = httpRequest({
      hostname,
      port,
      method: 'POST',
      path: `/task/${task.id}/job`,
      headers: { ...headers, 'content-length': body.length, authorization: `Bearer ${user}` },
    });
    const closed = new Promise((resolve) => outgoing.once('error', resolve).once('close', resolve));
    outgoing.write(body.subarray(0, MIB));
    await until(async () => (await stored()) > before[0]!);
    outgoing.destroy();
    await closed;
    await until(async () => (await stored()) === before[0]);
    expect(await jobCount()).toBe(before[1]);
  });

  test('in good order, but without its last boundary, is refused', async () => {
    const before = [await stored(), await jobCount()];
    const { body, headers } = parts();
    const { status } = await app.request('POST', `/task/${task.id}/job`, {
      token: user,
      headers,
      body: body.subarray(0, MIB),
    });
    expect(status).toBe(400);
    expect([await stored(), await jobCount()]).toEqual(before);
  });
});

describe('the sweep', () => {
  const age = (table: string) =>
    app.db.query(`age_${table}`, `update ${table} set created_at = now() - interval '2 hours'`, []);

  test('deletes files whose job is gone, and keeps those of jobs and of uploads under way', async () => {
    const { body: job } = await post([text('x'), file('1', 'kept'), NONE]);
    const { body: gone } = await post([text('x'), file('1', 'gone'), NONE]);
    await app.db.query('delete_one_job', 'delete from jobs where id = $1', [gone.id]);
    await files.queries.begin(app.demo.id, 'given up', 'text/plain');
    await age('files');
    await age('job_files');
    await files.queries.begin(app.demo.id, 'under way', 'text/plain');
    await deleteUnusedFiles(files.queries, new AbortController().signal);
    const names = await app.db.query<{ filename: string }>('file_names', 'select filename from files', []);
    const left = names.map(({ filename }) => filename);
    expect(left).toEqual(expect.arrayContaining(['kept', 'under way']));
    expect(left).not.toContain('gone');
    expect(left).not.toContain('given up');
    expect((await app.request('GET', `/job/${job.id}`, { token: user })).body.task_arguments_values[2]).toBe(
      'kept',
    );
  });

  test('leaves a file alone that another job was tied to', async () => {
    const [element] = await files.keep(app.demo.id, '0'.repeat(24), [
      { multiple: false, files: ['data:;name=shared,1'] },
    ]);
    const { body: job } = await app.request('POST', `/task/${app.demo.task.id}/job`, { token: user });
    await files.link(job.id, ['text', { masked: 'x' }, element]);
    await age('files');
    await age('job_files');
    await deleteUnusedFiles(files.queries, new AbortController().signal);
    expect(await files.asDataUrl(element!)).toContain('shared');
    await expect(
      files.link('1'.repeat(24), [{ ...(element as object), file: 'f'.repeat(24) }]),
    ).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});
