import { operations, type Job } from '@argus/contract';
import { expect, test } from 'vitest';
import { ArgusApiError, createClient } from './index.ts';
import { nextCursor } from './request.ts';

interface Seen {
  url: string;
  method: string;
  headers: Headers;
  body: unknown;
}

/** A fetch that answers from a list, and what it was asked. */
function answering(...answers: (Response | Error | ((init: RequestInit) => Response))[]) {
  const seen: Seen[] = [];
  const fetch = async (url: unknown, init: RequestInit = {}) => {
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined;
    seen.push({ url: String(url), method: init.method ?? 'GET', headers: new Headers(init.headers), body });
    const answer = answers.shift() ?? new Error('nothing more to answer');
    if (answer instanceof Error) throw answer;
    return typeof answer === 'function' ? answer(init) : answer;
  };
  return { seen, fetch };
}

const id = 'a'.repeat(24);
const sse = (...events: string[]) => new Response(events.map((event) => `${event}\n\n`).join(''));
const job = (lifecycle: Job['lifecycle']) => ({ id, lifecycle });

test('every operation of the contract is a method', () => {
  const client = createClient({ fetch: answering().fetch });
  for (const operation of Object.keys(operations))
    expect(client).toHaveProperty(operation, expect.any(Function));
});

test('a call fills path, query, body, headers and the token', async () => {
  const { seen, fetch } = answering(Response.json(job('ready')));
  const client = createClient({ baseUrl: 'http://argus/', token: 'secret', customer: 'demo', fetch });
  const body = { task_arguments: ['a'] };
  await client.runTask({ params: { id }, query: { priority: 2 }, body, headers: { 'idempotency-key': 'k' } });
  expect(seen[0]).toMatchObject({ url: `http://argus/demo/task/${id}/job?priority=2`, method: 'POST', body });
  expect(seen[0]?.headers.get('authorization')).toBe('Bearer secret');
  expect(seen[0]?.headers.get('idempotency-key')).toBe('k');
});

test('global operations carry no organization, and parameters cannot leave their segment', async () => {
  const { seen, fetch } = answering(Response.json({}), Response.json({}));
  const client = createClient({ customer: 'demo', fetch });
  await client.getProfile();
  await client.getTask({ params: { id: '../job' } });
  expect(seen.map(({ url }) => url)).toEqual(['/auth/profile', '/demo/task/..%2Fjob']);
});

test('a missing parameter is an error, not another route', async () => {
  const client = createClient({ fetch: answering().fetch });
  await expect(client.getTask({ params: { id: '' } })).rejects.toThrow('"id"');
});

test('an answer without a body is undefined, one that is not JSON is the response', async () => {
  const client = createClient({
    fetch: answering(new Response(null, { status: 204 }), new Response('a log')).fetch,
  });
  expect(await client.cancelJob({ params: { id } })).toBeUndefined();
  expect(await (await client.getJobLog({ params: { id } })).text()).toBe('a log');
});

test('an error answer is thrown with its code, message and fields', async () => {
  const errors = [{ field: 'name', message: 'is required' }];
  const body = { statusCode: 400, code: 'invalid_input', message: 'The request is not valid.', errors };
  const client = createClient({ fetch: answering(Response.json(body, { status: 400 })).fetch });
  const error: unknown = await client.createTask({ body: { name: '' } }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ArgusApiError);
  expect(error).toMatchObject(body);
});

test('an error from something in between is an error too', async () => {
  const client = createClient({ fetch: answering(new Response('<html>', { status: 502 })).fetch });
  await expect(client.listTasks()).rejects.toMatchObject({ statusCode: 502, code: 'unknown' });
});

test('a list is followed from page to page', async () => {
  const link = '</demo/task?limit=1&cursor=two>; rel="next"';
  const { seen, fetch } = answering(
    Response.json([{ id: 1 }], { headers: { link } }),
    Response.json([{ id: 2 }]),
  );
  const items = [];
  for await (const item of createClient({ fetch }).paginate('listTasks', { query: { limit: 1 } }))
    items.push(item);
  expect(items).toEqual([{ id: 1 }, { id: 2 }]);
  expect(seen[1]?.url).toBe('/task?limit=1&cursor=two');
});

test('a page says where the next one begins', async () => {
  const link = '</demo/task?limit=1&cursor=two>; rel="next"';
  const { fetch } = answering(Response.json([{ id: 1 }], { headers: { link } }), Response.json([]));
  const client = createClient({ fetch });
  expect(await client.page('listTasks')).toEqual({ items: [{ id: 1 }], cursor: 'two' });
  expect(await client.page('listTasks')).toEqual({ items: [], cursor: undefined });
});

test('conditions and lists in a query are written as the list language has them', async () => {
  const { seen, fetch } = answering(Response.json([]));
  const where = { state: 'success', lifecycle: { $in: ['ready', 'onhold'] }, name: undefined };
  await createClient({ fetch }).listJobs({ query: { limit: 2, where } });
  expect(decodeURIComponent(seen[0]?.url ?? '')).toBe(
    '/job?limit=2&where[state]=success&where[lifecycle][$in][]=ready&where[lifecycle][$in][]=onhold',
  );
});

test.each([
  [null, undefined],
  ['</job?cursor=a>; rel="prev"', undefined],
  ['</job?cursor=a>; rel="prev", </job?cursor=b%2C>; rel="next"', 'b,'],
  ['</job?cursor=b>; title="x"; rel="last next"', 'b'],
])('the next cursor of %s is %s', (link, cursor) => expect(nextCursor(link)).toBe(cursor));

test('waiting for a job outlasts a server that is away', async () => {
  const { fetch } = answering(
    Response.json(job('started')),
    new TypeError('fetch failed'),
    new Response('', { status: 503 }),
    Response.json(job('finished')),
  );
  expect(await createClient({ fetch }).waitForJob(id)).toEqual(job('finished'));
});

test('waiting for a run of a workflow goes on until it is over', async () => {
  const run = { id: '6'.repeat(24), run: '7'.repeat(24) };
  const { seen, fetch } = answering(
    () => Response.json({ finished_at: null }),
    new TypeError('fetch failed'),
    () => Response.json({ finished_at: '2026-11-28T10:00:00.000Z' }),
  );
  expect(await createClient({ fetch }).waitForRun(run)).toMatchObject({ finished_at: expect.any(String) });
  expect(seen.every(({ url }) => url.endsWith(`/workflow/${run.id}/job/${run.run}`))).toBe(true);
});

test('waiting for a job ends with its signal', async () => {
  const { fetch } = answering(() => Response.json(job('started')));
  const waiting = createClient({ fetch }).waitForJob(id, { signal: AbortSignal.timeout(20) });
  await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('a followed log goes on behind the last piece after a broken connection', async () => {
  const piece = (text: string) => JSON.stringify({ text });
  const pieces = [`event: log\nid: 12\ndata: ${piece('one')}\n\nevent: log\nda`];
  const broken = new ReadableStream({
    pull(controller) {
      const next = pieces.shift();
      if (next === undefined) controller.error(new TypeError('terminated'));
      else controller.enqueue(new TextEncoder().encode(next));
    },
  });
  const { seen, fetch } = answering(
    () => new Response(broken),
    new TypeError('fetch failed'),
    sse(`event: log\nid: 20\ndata: ${piece('two')}`, `event: end\ndata: ${JSON.stringify(job('finished'))}`),
  );
  const events = [];
  for await (const event of createClient({ fetch }).followLog(id, { fromOffset: 5 })) events.push(event);
  expect(events).toEqual([
    { type: 'log', piece: { text: 'one' } },
    { type: 'log', piece: { text: 'two' } },
    { type: 'end', job: job('finished') },
  ]);
  expect(seen.map(({ url }) => url.split('?')[1])).toEqual(['offset=5', undefined, undefined]);
  expect(seen.map(({ headers }) => headers.get('last-event-id'))).toEqual([null, '12', '12']);
});

test('a followed log stops at an answer that a repetition cannot change', async () => {
  const { fetch } = answering(Response.json({ code: 'not_found', message: 'No.' }, { status: 404 }));
  await expect(createClient({ fetch }).followLog(id).next()).rejects.toMatchObject({ statusCode: 404 });
});
