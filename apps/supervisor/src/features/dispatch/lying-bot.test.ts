import { connect, type Socket } from 'node:net';
import { zstdCompressSync } from 'node:zlib';
import { PROTOCOL_VERSION, type BotEvent, type LogEvent, type RunInstruction } from '@argus/contract';
import { createTestDatabase, fakeBot, until, type FakeBot } from '@argus/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addHost, addTask, startTestApp, type TestApp } from '../../testing/index.ts';

const ARRIVAL_MS = 1_000;
const NOBODYS = { job: '0123456789abcdef01234567', attempt: 1, lease: 'x'.repeat(32) };

const resources = new AsyncDisposableStack();
let app: TestApp;
let made = 0;
let liar: TestBot;
let honest: TestBot;

interface TestBot {
  id: string;
  credential: string;
  fake: FakeBot;
  task: string;
  token: string;
}

beforeAll(async () => {
  const database = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(database.connection, { arrivalMs: ARRIVAL_MS }));
});
afterAll(() => resources.disposeAsync());
beforeEach(async () => {
  liar = await makeBot(app.demo);
  honest = await makeBot(app.demo);
});
afterEach(() => {
  liar.fake[Symbol.dispose]();
  honest.fake[Symbol.dispose]();
});

async function makeBot(customer: TestApp['demo']): Promise<TestBot> {
  const { id, credential } = await addHost(app.db, customer.id, `bot-${++made}`);
  app.keepSecret(credential);
  const task = await addTask(app.platform, customer.id, { host_id: id, script_id: customer.script.id });
  const fake = fakeBot({ url: app.url, credential });
  return { id, credential, fake, task: task.id, token: customer.people.admin.token };
}

/** Makes a job, however long that takes: the tests' own client gives up after 10 s. */
async function makeJob({ task, token }: TestBot): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const { status } = await fetch(`${app.url}/task/${task}/job`, { method: 'POST', headers, body: '{}' });
  expect(status).toBe(200);
}

/** A job that this bot holds. */
async function held(bot: TestBot): Promise<RunInstruction> {
  await makeJob(bot);
  const [run] = await bot.fake.takeRuns();
  return run as RunInstruction;
}

const logOf = async (run: RunInstruction): Promise<string> =>
  (await app.request('GET', `/job/${run.job}/log`, { token: app.demo.people.admin.token })).text;

const refOf = ({ job, attempt, lease }: RunInstruction) => ({ job, attempt, lease });

const send = ({ credential }: TestBot, body: unknown, type = 'application/json') =>
  app.request('POST', '/bot/events', { token: credential, body, headers: { 'content-type': type } });

const sendEvents = (bot: TestBot, events: readonly unknown[]) =>
  send(bot, { protocol: PROTOCOL_VERSION, events });

/** A packed body: the JSON, or whatever is given in its place, and bytes behind it. */
function packed(head: unknown, ...data: Uint8Array[]): Buffer {
  const json = Buffer.from(typeof head === 'string' ? head : JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json, ...data]);
}

/** Lines of the supervisor's log about this bot with this text. */
const warnings = (bot: TestBot, text: string) =>
  app.logged.filter((line) => line.includes(`"${bot.id}"`) && line.includes(text));

describe('a bot that speaks of what it does not hold', () => {
  test('is told so, changes nothing, and is logged once; the rest of its request counts', async () => {
    const own = await held(liar);
    const others = await held(honest);
    const foreign = await makeBot(app.other);
    const foreignRun = await held(foreign);
    const about = (ref: { job: string; attempt: number; lease: string }): BotEvent[] => [
      { type: 'started', ...ref, pid: 1, age_ms: 0 },
      { ...liar.fake.logEvent(own, 'a lie\n'), ...ref, seq: 1, offset: 0, line: 0 },
      { ...liar.fake.finishedEvent(own), ...ref, last_seq: 1 },
    ];
    const lies = [NOBODYS, refOf(others), refOf(foreignRun), { ...refOf(own), lease: 'y'.repeat(32) }];
    for (let times = 0; times < 3; times++) {
      const { status, body } = await sendEvents(liar, [
        ...lies.flatMap(about),
        { type: 'started', ...refOf(own), pid: 4711, age_ms: 0 },
      ]);
      // what is said with the right and with a wrong lease of one attempt in one request is judged event by event
      const answered = (body as { results: { status: string }[] }).results.map((result) => result.status);
      expect([status, ...answered]).toEqual([200, ...Array(12).fill('stale'), 'accepted']);
    }
    for (const run of [others, foreignRun])
      expect(
        (
          await app.request('GET', `/job/${run.job}`, {
            token: run === others ? honest.token : foreign.token,
          })
        ).body,
      ).toMatchObject({ lifecycle: 'assigned', log_bytes: 0 });
    for (const reason of ['nobody knows it', 'another bot holds it', 'its lease is another one'])
      expect(warnings(liar, reason)).toHaveLength(1);
    expect(await honest.fake.log(others, 'the truth\n')).toEqual({ status: 'accepted' });
    foreign.fake[Symbol.dispose]();
  });

  test('adds nothing to a log after its end, and a second result does not count', async () => {
    const run = await held(liar);
    await liar.fake.log(run, 'one\n');
    const end = liar.fake.finishedEvent(run, { exit_code: 3 });
    const after = liar.fake.logEvent(run, 'two\n');
    expect(await liar.fake.send([end])).toEqual([{ status: 'accepted' }]);
    expect(await liar.fake.send([after, { ...end, exit_code: 0 }])).toEqual([
      { status: 'stale' },
      { status: 'accepted' },
    ]);
    expect(await logOf(run)).toBe('one\n');
    const { body } = await app.request('GET', `/job/${run.job}`, { token: liar.token });
    expect(body).toMatchObject({ state: 'failure', exit_code: 3 });
    expect(warnings(liar, 'it has ended')).toHaveLength(1);
  });
});

describe('a bot that sends what makes no sense', () => {
  test('is refused with the name of what is wrong, once in the log, and its log stays as it is', async () => {
    const run = await held(liar);
    await liar.fake.log(run, 'as it is\n');
    const event: LogEvent = liar.fake.logEvent(run, 'more\n');
    const { data: _data, ...log } = event;
    const text = Buffer.from('more\n');
    const request = (...events: unknown[]) => ({ protocol: PROTOCOL_VERSION, events });
    // 64 MiB in 6 kB
    const bomb = zstdCompressSync(Buffer.alloc(64 * 1024 * 1024));
    const json: [RegExp, unknown][] = [
      [/seq/, { ...event, seq: -1 }],
      [/seq/, { ...event, seq: 0 }],
      [/seq/, { ...event, seq: 2 ** 31 }],
      [/seq/, { ...event, seq: 1e300 }],
      [/^bytes: says 6, the data has 5/, { ...event, bytes: 6 }],
      [/^lines: /, { ...event, lines: 2 }],
      [/^data: is not zstd/, { ...event, encoding: 'zstd' }],
      [/^data: is not zstd, or holds more/, { ...event, encoding: 'zstd', data: bomb.toString('base64') }],
      [/offset/, { ...event, offset: 1.5 }],
      [/is not a field/, { ...event, more: 1 }],
    ];
    for (const [message, lie] of json) {
      const { status, body } = await sendEvents(liar, [lie]);
      expect([status, body.message]).toEqual([400, expect.stringMatching(message)]);
    }
    const garbage: [RegExp, Uint8Array][] = [
      [/ends before the length/, Buffer.of(0, 0, 1)],
      [/says 4294967295 bytes of JSON and has 2/, Buffer.of(255, 255, 255, 255, 1, 2)],
      [/JSON/, packed('{"protocol":')],
      [/events/, packed({ protocol: PROTOCOL_VERSION })],
      [/size/, packed(request(log), text)],
      [/size/, packed(request({ ...log, size: -5 }), text)],
      [/^size: says 5, the body has 4/, packed(request({ ...log, size: 5 }), text.subarray(1))],
      [/has 1 bytes that no event/, packed(request({ ...log, size: 5 }), text, Buffer.of(1))],
      [/is not zstd/, packed(request({ ...log, size: 5, encoding: 'zstd' }), text)],
      [/holds more/, packed(request({ ...log, size: bomb.length, encoding: 'zstd' }), bomb)],
    ];
    for (const [message, lie] of garbage) {
      const { status, body } = await send(liar, lie, 'application/octet-stream');
      expect([status, body.message]).toEqual([400, expect.stringMatching(message)]);
    }
    // a piece out of order is no lie yet: the bot is told from where to send again
    expect((await sendEvents(liar, [{ ...event, seq: 2 ** 31 - 1 }])).body.results).toEqual([
      { status: 'gap', next_seq: 2 },
    ]);
    expect(await logOf(run)).toBe('as it is\n');
    expect(warnings(liar, 'a request of a bot was refused')).toHaveLength(1);
    const right = await send(liar, packed(request({ ...log, size: 5 }), text), 'application/octet-stream');
    expect(right.body.results).toEqual([{ status: 'accepted' }]);
    expect(await logOf(run)).toBe('as it is\nmore\n');
  });

  test('of its machine is refused with the name of what is wrong, and shows nothing of it', async () => {
    const truth = {
      cpu_percent: 50,
      cpu_count: 2,
      load: 1,
      memory_total_bytes: 100,
      memory_available_bytes: 60,
      disk_total_bytes: 100,
      disk_free_bytes: 50,
      disk_min_free_bytes: 1,
    };
    const lies: [field: string, value: unknown][] = [
      ['cpu_percent', -1],
      ['cpu_percent', 100.1],
      ['cpu_percent', 'NaN'],
      ['cpu_percent', [50]],
      ['cpu_count', 0],
      ['cpu_count', null],
      ['cpu_count', 1.5],
      ['load', -0.1],
      ['load', 1e300],
      ['load', '1'],
      ['memory_total_bytes', -1],
      ['memory_total_bytes', 1e300],
      ['memory_total_bytes', null],
      ['memory_available_bytes', 101],
      ['memory_available_bytes', 0.5],
      ['disk_total_bytes', 2 ** 53],
      ['disk_total_bytes', null],
      ['disk_free_bytes', 101],
      ['disk_free_bytes', null],
      ['disk_free_bytes', true],
      ['disk_min_free_bytes', {}],
      ['disk_min_free_bytes', undefined],
      ['uptime', 1],
    ];
    const request = {
      protocol: PROTOCOL_VERSION,
      boot: 'b'.repeat(16),
      slots: 1,
      attempts: [],
      draining: true,
    };
    const send = (body: unknown) =>
      app.request('POST', '/bot/poll', {
        token: liar.credential,
        body,
        headers: { 'content-type': 'application/json' },
      });
    const poll = (health: unknown) => send({ ...request, health });
    for (const [field, value] of lies) {
      const { status, body } = await poll({ ...truth, [field]: value });
      // of two numbers that do not fit it is the smaller one that is named
      const named = field === 'disk_total_bytes' && value === null ? 'disk_free_bytes' : field;
      expect([field, value, status, body.message]).toEqual([
        field,
        value,
        400,
        expect.stringContaining(named),
      ]);
    }
    for (const lie of ['fine', 5, [], null]) expect((await poll(lie)).status).toBe(400);
    const text = JSON.stringify({ ...request, health: { ...truth, load: 'x' } });
    expect((await send(Buffer.from(text.replace('"x"', '1')))).status).toBe(200);
    await app.db.kysely.updateTable('hosts').set({ health: null }).where('id', '=', liar.id).execute();
    for (const spelling of ['NaN', 'Infinity', '-1e999', '1e999'])
      expect((await send(Buffer.from(text.replace('"x"', spelling)))).status).toBe(400);
    const shown = async () => (await app.request('GET', `/host/${liar.id}`, { token: liar.token })).body;
    expect(await shown()).toMatchObject({ health: null });
    expect((await poll(truth)).status).toBe(200);
    expect(await shown()).toMatchObject({ health: truth });
  });

  test('harms no other bot’s events of the same moment', async () => {
    const run = await held(liar);
    const others = await held(honest);
    const lies = Array.from({ length: 20 }, () =>
      sendEvents(liar, [
        { type: 'started', ...NOBODYS, pid: 1, age_ms: 0 },
        { type: 'started', ...refOf(others), pid: 1, age_ms: 0 },
        { ...liar.fake.finishedEvent(run), last_seq: 9 },
      ]),
    );
    const truths = await honest.fake.send([
      honest.fake.logEvent(others, 'one\n'),
      honest.fake.logEvent(others, 'two\n'),
      honest.fake.finishedEvent(others),
    ]);
    expect(truths).toEqual([{ status: 'accepted' }, { status: 'accepted' }, { status: 'accepted' }]);
    for (const { body } of await Promise.all(lies))
      expect(body.results).toEqual([
        { status: 'stale' },
        { status: 'stale' },
        { status: 'gap', next_seq: 1 },
      ]);
    expect(await logOf(others)).toBe('one\ntwo\n');
  });
});

interface Line extends AsyncDisposable {
  socket: Socket;
  readonly received: string;
}

function line(): Line {
  const { hostname, port } = new URL(app.url);
  const socket = connect({ host: hostname, port: Number(port) });
  let received = '';
  socket.on('data', (bytes: Buffer) => (received += bytes.toString()));
  socket.on('error', () => {});
  return {
    socket,
    get received() {
      return received;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => socket.once('close', resolve));
      if (!socket.closed) {
        socket.destroy();
        await closed;
      }
    },
  };
}

const head = (path: string, credential: string, length: number) =>
  `POST ${path} HTTP/1.1\r\nhost: argus\r\ncontent-type: application/json\r\nauthorization: Bearer ${credential}\r\ncontent-length: ${length}\r\n\r\n`;

describe('a bot that was removed while it ran something', () => {
  test('is refused whatever it sends, although it was known a moment ago, and changes nothing', async () => {
    const run = await held(liar);
    expect(await liar.fake.log(run, 'before\n')).toEqual({ status: 'accepted' });
    await app.db.kysely.deleteFrom('tokens').where('host_id', '=', liar.id).execute();
    const events = [
      [],
      [liar.fake.logEvent(run, 'after\n')],
      [{ type: 'started', ...NOBODYS, pid: 1, age_ms: 0 }],
    ];
    for (const one of events) {
      const { status, body } = await sendEvents(liar, one);
      expect([status, (body as { code: string }).code]).toEqual([401, 'unauthorized']);
    }
    expect(await logOf(run)).toBe('before\n');
  });
});

describe('a bot that sends slowly, or very much', () => {
  test('is answered 408 when its body does not come', async () => {
    await using slow = line();
    slow.socket.write(`${head('/bot/events', liar.credential, 1_000_000)}{"protocol":2,`);
    await until(() => slow.socket.destroyed || slow.received.includes('\r\n\r\n'));
    expect(slow.received).toMatch(/^HTTP\/1.1 408 .*"code":"request_timeout"/s);
  });

  test('is not read at all where nobody knows it', async () => {
    await using stranger = line();
    stranger.socket.write(head('/bot/events', 'argus_bot_nobody', 16_000_000));
    await until(() => stranger.received.includes('\r\n\r\n'));
    expect(stranger.received).toMatch(/^HTTP\/1.1 401 /);
  });

  test('and polls 10,000 times at once has one poll held, gets its job once, and keeps nobody waiting', async () => {
    const sockets = 500;
    const each = 20;
    const poll = JSON.stringify({
      protocol: PROTOCOL_VERSION,
      boot: 'b'.repeat(16),
      slots: 10,
      attempts: [],
    });
    const request = head('/bot/poll', liar.credential, Buffer.byteLength(poll)) + poll;
    await using lines = new AsyncDisposableStack();
    const open = Array.from({ length: sockets }, () => lines.use(line()));
    for (const { socket } of open) socket.write(request.repeat(each));
    const answers = () =>
      open.reduce((sum, { received }) => sum + received.split('HTTP/1.1 200 ').length - 1, 0);
    // while they are worked through, another bot gets a job, reports it and ends it
    const others = await held(honest);
    expect(await honest.fake.log(others, 'in between\n')).toEqual({ status: 'accepted' });
    expect(await honest.fake.finish(others)).toEqual({ status: 'accepted' });
    // what is held may stand in the middle of a line and holds back the answers behind it
    await until(() => answers() > sockets * each - each, { timeoutMs: 100_000 });
    await makeJob(liar);
    await until(() => answers() === sockets * each);
    const runs = open.reduce((sum, { received }) => sum + received.split('"type":"run"').length - 1, 0);
    expect(runs).toBe(1);
    // some seconds of work, which other tests can draw out
  }, 120_000);
});
