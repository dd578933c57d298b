import { createHash, randomBytes } from 'node:crypto';
import type { ArtifactsOffer, LeftOut, RunInstruction } from '@argus/contract';
import { createTestDatabase, fakeBot, type FakeBot } from '@argus/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addHost, addTask, startTestApp, type Answer, type TestApp } from '../../testing/index.ts';
import { createFiles } from './store.ts';
import { deleteUnusedFiles } from './sweep.ts';

const MIB = 1024 * 1024;
const PIECE = MIB;

const resources = new AsyncDisposableStack();
let app: TestApp;
let bot: { id: string; credential: string; fake: FakeBot };
/** Users may run it and see its jobs. */
let task: string;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
  bot = await makeBot();
  task = await makeTask({});
});
afterAll(() => resources.disposeAsync());

async function makeBot() {
  const host = await addHost(app.db, app.demo.id, `h-${randomBytes(4).toString('hex')}`);
  app.keepSecret(host.credential);
  const fake = resources.use(fakeBot({ url: app.url, credential: host.credential }));
  return { ...host, fake };
}

async function makeTask(fields: object): Promise<string> {
  const { id, secret } = await addTask(app.platform, app.demo.id, {
    host_id: bot.id,
    script_id: app.demo.script.id,
    ...fields,
  });
  app.keepSecret(secret);
  return id;
}

const admin = () => app.demo.people.admin.token;
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');

/** A job that the bot holds. */
async function held(of = task, args: unknown[] = []): Promise<RunInstruction> {
  const { body, status } = await app.request('POST', `/task/${of}/job`, { token: admin(), body: args });
  expect(status).toBe(200);
  for (;;) {
    const runs = await bot.fake.takeRuns(1, { slots: 1000 });
    const run = runs.find(({ job }) => job === body.id);
    if (run) return run;
  }
}

type Named = Record<string, Uint8Array>;
const filesOf = (named: Named) =>
  Object.entries(named).map(([name, data]) => ({ name, size: data.length, sha256: sha256(data) }));

function offer(
  { job, attempt, lease }: Pick<RunInstruction, 'job' | 'attempt' | 'lease'>,
  files: ArtifactsOffer['files'],
  left_out: LeftOut | null = null,
  token = bot.credential,
): Promise<Answer> {
  return app.request('POST', '/bot/artifacts', { token, body: { job, attempt, lease, files, left_out } });
}

const send = (id: string, offset: number, data: Uint8Array, token = bot.credential): Promise<Answer> =>
  app.request('POST', `/bot/artifacts/${id}?offset=${offset}`, {
    token,
    body: data,
    headers: { 'content-type': 'application/octet-stream' },
  });

/** Offers and sends files as a bot does; answers their ids by name. */
async function leave(run: RunInstruction, named: Named): Promise<Record<string, string>> {
  const { body, status } = await offer(run, filesOf(named));
  expect(status).toBe(200);
  for (const { name, id, received } of body.wanted) {
    const data = named[name] as Uint8Array;
    for (let at = received as number; at < data.length; at += PIECE)
      expect((await send(id, at, data.subarray(at, at + PIECE))).status).toBe(200);
  }
  return Object.fromEntries(
    (await list(run.job)).body.map(({ name, id }: { name: string; id: string }) => [name, id]),
  );
}

const list = (job: string, token = admin()) => app.request('GET', `/job/${job}/artifact`, { token });
const get = (job: string, id: string, token = admin()) =>
  app.request('GET', `/job/${job}/artifact/${id}`, { token });
const sweep = () => deleteUnusedFiles(createFiles(app.db).queries, new AbortController().signal);
const text = (value: string) => Buffer.from(value);

/** As if these files had come, and these attempts had ended, more than an hour ago. */
const makeOld = async () => {
  await app.db.once(`update files set created_at = now() - interval '2 hours'`, []);
  await app.db.once(
    `update attempts set finished_at = now() - interval '2 hours' where finished_at is not null`,
    [],
  );
  await app.db.once(`update job_files set created_at = now() - interval '2 hours'`, []);
};
const countOf = async (table: string, where = 'true') =>
  (
    await app.db.once<{ count: number }>(`select count(*)::integer as count from ${table} where ${where}`, [])
  )[0]!.count;

describe('an artifact', () => {
  test('is listed with what its name tells, and downloaded byte for byte as something to save', async () => {
    const run = await held();
    const big = randomBytes(2 * MIB + 300_001);
    const ids = await leave(run, { 'big one.bin': big, 'out/día\n2.csv': text('a;b\n'), empty: text('') });
    const { body } = await list(run.job);
    expect(body).toEqual([
      expect.objectContaining({ name: 'big one.bin', size: big.length, sha256: sha256(big), attempt: 1 }),
      expect.objectContaining({ name: 'empty', size: 0, type: 'application/octet-stream' }),
      expect.objectContaining({ name: 'out/día\n2.csv', size: 4, type: 'text/csv' }),
    ]);
    const answer = await get(run.job, ids['big one.bin'] as string);
    expect(answer.bytes.equals(big)).toBe(true);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="big one.bin"; filename*=UTF-8''big%20one.bin`,
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
    });
    expect((await get(run.job, ids['empty'] as string)).bytes).toHaveLength(0);
    const named = await get(run.job, ids['out/día\n2.csv'] as string);
    expect(named.headers['content-disposition']).toBe(
      `attachment; filename="d_a2.csv"; filename*=UTF-8''d%C3%ADa2.csv`,
    );
    await bot.fake.finish(run);
    expect((await list(run.job)).body).toEqual(body);
  });

  test('is seen by who sees its job, and by nobody else', async () => {
    const run = await held(await makeTask({ acls: ['user'] }));
    const { a = '' } = await leave(run, { a: text('x') });
    const { people } = app.demo;
    for (const [token, status] of [
      [people.admin.token, 200],
      [people.user.token, 200],
      [people.viewer.token, 404],
      [app.other.people.owner.token, 404],
      [bot.credential, 403],
    ] as const) {
      expect((await list(run.job, token)).status).toBe(status);
      expect((await get(run.job, a, token)).status).toBe(status);
    }
    const another = await held();
    expect((await get(another.job, a)).status).toBe(404);
  });

  test('of which something is missing is not there yet, and what is not the next piece changes nothing', async () => {
    const run = await held();
    const data = randomBytes(PIECE + 10);
    const [first, last] = [data.subarray(0, PIECE), data.subarray(PIECE)];
    const { id } = (await offer(run, filesOf({ data }))).body.wanted[0];
    expect((await send(id, PIECE, last)).body).toEqual({ received: 0, complete: false });
    expect((await send(id, 0, first)).body).toEqual({ received: PIECE, complete: false });
    expect((await send(id, 0, first)).body).toEqual({ received: PIECE, complete: false });
    expect((await send(id, PIECE, text('far too long to be the rest'))).status).toBe(400);
    expect((await send(id, PIECE, last.subarray(1))).status).toBe(400);
    expect((await list(run.job)).body).toEqual([]);
    // whoever sends it, or another process of the same bot, is told how far it is
    expect((await offer(run, filesOf({ data }))).body.wanted).toEqual([
      { name: 'data', id, received: PIECE },
    ]);
    expect((await send(id, PIECE, last)).body).toEqual({ received: data.length, complete: true });
    expect((await send(id, PIECE, last)).body).toEqual({ received: data.length, complete: true });
    expect((await offer(run, filesOf({ data }))).body.wanted).toEqual([]);
    expect((await get(run.job, id)).bytes.equals(data)).toBe(true);
  });

  test('whose bytes are not those that were offered is wanted from its begin', async () => {
    const run = await held();
    const { id } = (await offer(run, filesOf({ a: text('right') }))).body.wanted[0];
    expect((await send(id, 0, text('wrong'))).body).toEqual({ received: 0, complete: false });
    expect((await list(run.job)).body).toEqual([]);
    expect((await send(id, 0, text('right'))).body).toEqual({ received: 5, complete: true });
    expect((await get(run.job, id)).text).toBe('right');
  });

  test('of which only the last look is missing is whole with one more, empty piece', async () => {
    const run = await held();
    const { a = '' } = await leave(run, { a: text('all of it') });
    // as a supervisor leaves it that ends between the last piece and its look at the whole
    await app.db.once(`update files set size = null, sha256 = null where id = $1`, [a]);
    const { body } = await offer(run, filesOf({ a: text('all of it') }));
    expect(body.wanted).toEqual([{ name: 'a', id: a, received: 9 }]);
    expect((await send(a, 9, text(''))).body).toEqual({ received: 9, complete: true });
    expect((await get(run.job, a)).text).toBe('all of it');
  });

  test('that was offered otherwise later is the later one; one that is offered no more is none', async () => {
    const run = await held();
    await leave(run, { a: text('one'), b: text('two') });
    const { a = '' } = await leave(run, { a: text('other') });
    expect((await list(run.job)).body).toEqual([expect.objectContaining({ id: a, name: 'a', size: 5 })]);
    expect((await get(run.job, a)).text).toBe('other');
  });

  test('of a retried job stays beside those of its other attempts', async () => {
    const run = await held(await makeTask({ policy: { retries: 1, retry_delay: 0 } }));
    await leave(run, { log: text('failed') });
    await bot.fake.finish(run, { exit_code: 1 });
    const [again] = await bot.fake.takeRuns(1, { slots: 1000 });
    await leave(again as RunInstruction, { log: text('went well') });
    await bot.fake.finish(again as RunInstruction);
    expect((await list(run.job)).body).toMatchObject([
      { attempt: 1, name: 'log', size: 6 },
      { attempt: 2, name: 'log', size: 9 },
    ]);
    const { body } = await app.request('GET', `/job/${run.job}/artifact?attempt=2`, { token: admin() });
    expect(body).toMatchObject([{ attempt: 2 }]);
  });
});

describe('a bot', () => {
  test('offers and sends for an attempt that it holds, and for no other', async () => {
    const run = await held();
    const other = await makeBot();
    const files = filesOf({ a: text('x') });
    expect((await offer(run, files, null, other.credential)).status).toBe(409);
    expect((await offer({ ...run, lease: 'x'.repeat(32) }, files)).status).toBe(409);
    expect((await offer({ ...run, attempt: 2 }, files)).status).toBe(409);
    const { id } = (await offer(run, files)).body.wanted[0];
    expect((await send(id, 0, text('x'), other.credential)).status).toBe(404);
    expect((await send('0'.repeat(24), 0, text('x'))).status).toBe(404);
    await bot.fake.finish(run);
    expect((await send(id, 0, text('x'))).status).toBe(404);
    expect((await offer(run, files)).status).toBe(409);
    expect((await list(run.job)).body).toEqual([]);
  });

  test.each(['/etc/passwd', '../a', 'a/../b', 'a//b', './a', '.', '..', 'a/', 'a/.', '', 'x'.repeat(501)])(
    'cannot name an artifact %j',
    async (name) => {
      const run = await held();
      const [file] = filesOf({ a: text('x') });
      expect((await offer(run, [{ ...file!, name }])).status).toBe(400);
    },
  );

  test.each(['...', '.hidden', 'a/..b', 'a b/ñ', '-rf', 'C:\\x'])('may name one %j', async (name) => {
    const run = await held();
    expect(Object.keys(await leave(run, { [name]: text('x') }))).toEqual([name]);
  });

  test('cannot offer more than there may be, one name twice, or an empty file with a digest of others', async () => {
    const run = await held();
    const [one] = filesOf({ a: text('x') });
    const many = (count: number, size: number) =>
      Array.from({ length: count }, (_none, number) => ({ ...one!, name: `${number}`, size }));
    expect((await offer(run, many(1001, 1))).status).toBe(400);
    expect((await offer(run, many(1, 256 * MIB + 1))).status).toBe(400);
    expect((await offer(run, many(5, 256 * MIB))).status).toBe(413);
    expect((await offer(run, [one!, one!])).status).toBe(400);
    expect((await offer(run, [{ ...one!, size: 0 }])).status).toBe(400);
    expect((await offer(run, many(1000, 1))).status).toBe(200);
    expect(await countOf('artifacts', `job_id = '${run.job}'`)).toBe(1000);
  });

  test('says what was not kept, and the attempt tells it', async () => {
    const run = await held();
    const left: LeftOut = { count: 30, files: [{ name: 'core', reason: 'too_large' }] };
    await offer(run, [], left);
    const { body } = await app.request('GET', `/job/${run.job}/attempt`, { token: admin() });
    expect(body[0].artifacts_left_out).toEqual(left);
    await offer(run, []);
    const after = await app.request('GET', `/job/${run.job}/attempt`, { token: admin() });
    expect(after.body[0].artifacts_left_out).toBeNull();
  });
});

describe('the bytes of artifacts', () => {
  test('go with their job, and stay as long as it', async () => {
    const run = await held();
    const { a = '' } = await leave(run, { a: text('some bytes') });
    await bot.fake.finish(run);
    await makeOld();
    await sweep();
    expect((await get(run.job, a)).text).toBe('some bytes');
    await app.request('DELETE', `/job/finished?task=${task}`, { token: admin() });
    expect((await get(run.job, a)).status).toBe(404);
    await sweep();
    expect(await countOf('files', `id = '${a}'`)).toBe(0);
    expect(await countOf('artifacts', `job_id = '${run.job}'`)).toBe(0);
    expect(await countOf('file_chunks', `file_id = '${a}'`)).toBe(0);
  });

  test('that were not whole when their attempt ended go, and those of an attempt that was given up', async () => {
    const run = await held();
    const data = randomBytes(PIECE + 1);
    const { id } = (await offer(run, filesOf({ data }))).body.wanted[0];
    await send(id, 0, data.subarray(0, PIECE));
    await makeOld();
    await sweep();
    expect(await countOf('files', `id = '${id}'`)).toBe(1);
    await bot.fake.finish(run);
    const lost = await held();
    const { a = '' } = await leave(lost, { a: text('x') });
    await app.db.once(`update attempts set finished_at = now(), outcome = 'lost' where job_id = $1`, [
      lost.job,
    ]);
    expect((await list(lost.job)).body).toEqual([]);
    expect((await get(lost.job, a)).status).toBe(404);
    await makeOld();
    await sweep();
    expect(await countOf('files', `id in ('${id}', '${a}')`)).toBe(0);
    expect(await countOf('artifacts', `job_id in ('${run.job}', '${lost.job}')`)).toBe(0);
  });
});

describe('an artifact as a file of another run', () => {
  test('reaches its bot, and stays when the job that left it is deleted', async () => {
    const run = await held(await makeTask({ acls: ['user'] }));
    const { 'dist/app.tar': id = '' } = await leave(run, { 'dist/app.tar': text('built') });
    await bot.fake.finish(run);
    const deploy = await makeTask({ task_arguments: [{ order: 0, type: 'file', label: 'Build' }] });
    const next = await held(deploy, [`job-file:${run.job}/${id}`]);
    expect(next.files).toEqual([
      { position: 0, id, filename: 'app.tar', size: 5, sha256: sha256(text('built')) },
    ]);
    await app.request('DELETE', `/job/finished?task=${run.task_id}`, { token: admin() });
    await makeOld();
    await sweep();
    const { text: bytes } = await app.request('GET', `/bot/files/${id}`, { token: bot.credential });
    expect(bytes).toBe('built');
  });

  test('is refused to who may not see its job', async () => {
    const run = await held(await makeTask({ acls: [] }));
    const { a = '' } = await leave(run, { a: text('x') });
    const deploy = await makeTask({
      acls: ['user'],
      task_arguments: [{ order: 0, type: 'file', label: 'Build' }],
    });
    const as = (token: string) =>
      app.request('POST', `/task/${deploy}/job`, { token, body: [`job-file:${run.job}/${a}`] });
    expect((await as(app.demo.people.user.token)).status).toBe(400);
    expect((await as(admin())).status).toBe(200);
  });
});
