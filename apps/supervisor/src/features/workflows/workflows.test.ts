import type { WorkflowOutlook } from '@argus/contract';
import { createTestDatabase, until, type TestDatabase } from '@argus/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  automation,
  inputArgument as input,
  lastLine,
  startSupervisor,
  startTestApp,
  type Automation,
  type TestApp,
} from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let database: TestDatabase;
let app: TestApp;
let at: Automation;
beforeAll(async () => {
  database = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(database.connection));
});
afterAll(() => resources.disposeAsync());
beforeEach(async () => {
  at = await automation(app);
});
afterEach(() => at[Symbol.dispose]());

const statusesOf = async (workflow: string, run: string) =>
  Object.fromEntries((await at.runOf(workflow, run)).steps.map(({ id, status }) => [id, status]));
const edge = (from: string, to: string, more: object = {}) => ({ from, to, ...more });

describe('a run', () => {
  test('takes the arguments of its first step, and hands outputs on by position', async () => {
    const first = await at.task('first', { task_arguments: [input('Name')] });
    const second = await at.task('second', { task_arguments: [input('a'), input('b', { required: false })] });
    const id = await at.workflow({
      steps: [
        { id: 'first', task: first },
        { id: 'second', task: second },
      ],
      edges: [edge('first', 'second')],
    });

    const run = await at.run(`/workflows/${id}/job`, ['Ada']);

    expect(await at.end(lastLine('["one", {"two": 2}]'))).toMatchObject({ args: ['Ada'] });
    const taken = await at.end(lastLine('["done"]'));
    expect(taken).toMatchObject({ args: ['one', '{"two":2}'] });
    expect(JSON.parse(taken.env['THEEYE_JOB_WORKFLOW'] ?? '')).toEqual({ id, job_id: run.id });
    expect(await at.over(id, run.id)).toMatchObject({
      lifecycle: 'finished',
      state: 'success',
      reason: 'every step ran',
      origin: 'api',
      task_arguments_values: ['Ada'],
      output: ['done'],
      edges: [{ from: 'first', to: 'second', taken: true }],
      steps: [
        {
          id: 'first',
          status: 'ended',
          state: 'success',
          event: 'success',
          input: ['Ada'],
          output: ['one', '{"two":2}'],
        },
        { id: 'second', status: 'ended', state: 'success', from: ['first'], input: ['one', '{"two":2}'] },
      ],
    });
    const [job] = await at.jobsOf(second);
    expect(job).toMatchObject({
      origin: 'workflow',
      workflow_id: id,
      workflow_job_id: run.id,
      cause: { type: 'workflow', run_id: run.id, step: 'second' },
    });
    const { body: jobs } = await at.call('GET', `/workflow/${id}/job/${run.id}/jobs`);
    expect(jobs.map(({ task_id }: { task_id: string }) => task_id)).toEqual([first, second]);
  });

  test('follows the events and conditions, in several branches at once, and joins them', async () => {
    const task = await at.task('any', { task_arguments: [input('x', { required: false })] });
    const steps = ['look', 'small', 'large', 'alarm', 'left', 'right', 'end'].map((id) => ({ id, task }));
    const amount = (op: string) => ({ when: { path: 'output[0].amount', op, value: 100 } });
    const id = await at.workflow({
      steps,
      edges: [
        edge('look', 'small', amount('le')),
        edge('look', 'large', amount('gt')),
        edge('look', 'alarm', { on: 'failure' }),
        edge('large', 'left'),
        edge('large', 'right'),
        edge('left', 'end'),
        edge('right', 'end'),
        edge('small', 'end'),
      ],
    });
    const run = await at.run(`/workflow/${id}/job`, { task_arguments: [null] });
    await at.end(lastLine('[{"amount": 250}]'));
    await at.end();
    const both = await at.bot.takeRuns(2);
    expect(await statusesOf(id, run.id)).toEqual({
      look: 'ended',
      small: 'skipped',
      large: 'ended',
      alarm: 'skipped',
      left: 'running',
      right: 'running',
      end: 'waiting',
    });
    for (const one of both) {
      await at.bot.started(one);
      await at.bot.finish(one, lastLine(`["${one.job.slice(-4)}"]`));
    }
    const { args } = await at.end();
    expect(args).toHaveLength(1);
    expect(await at.over(id, run.id)).toMatchObject({
      state: 'success',
      reason: '5 of 7 steps ran, the others were not needed',
    });
  });

  test('fails where a step failed and nothing was made of that, and names it', async () => {
    const task = await at.task('any');
    const id = await at.workflow({
      steps: [
        { id: 'a', task },
        { id: 'b', task },
      ],
      edges: [edge('a', 'b')],
    });
    const run = await at.run(`/workflow/${id}/job`);
    await at.end({ exit_code: 3 });
    expect(await at.over(id, run.id)).toMatchObject({
      lifecycle: 'finished',
      state: 'failure',
      reason: 'step "a": exit code 3',
      can_resume: true,
    });
  });

  test('goes on after a step that cannot start, and after one that a person stops, as their events say', async () => {
    const needs = await at.task('needs', { task_arguments: [input('Amount')] });
    const task = await at.task('any');
    const id = await at.workflow({
      steps: [
        { id: 'a', task },
        { id: 'b', task: needs },
        { id: 'c', task },
        { id: 'd', task },
      ],
      edges: [edge('a', 'b'), edge('b', 'c', { on: 'failure' }), edge('c', 'd', { on: 'canceled' })],
    });
    const run = await at.run(`/workflow/${id}/job`);
    await at.end();
    await until(async () => (await statusesOf(id, run.id))['c'] === 'running');
    const running = (await at.runOf(id, run.id)).steps.find((step) => step.id === 'c');
    const [taken] = await at.bot.takeRuns();
    await at.bot.started(taken!);
    await at.call('PUT', `/job/${running?.job_id}/cancel`);
    await at.bot.takeCancel(taken!);
    await at.bot.finish(taken!, {
      stopped_by: 'cancel',
      exit_code: null,
      signal: 'SIGTERM',
      ending: 'signaled',
    });
    await at.end();
    const over = await at.over(id, run.id);
    expect(over.steps.map(({ id: step, event }) => [step, event])).toEqual([
      ['a', 'success'],
      ['b', 'failure'],
      ['c', 'canceled'],
      ['d', 'success'],
    ]);
    expect(over.state).toBe('success');
  });

  test('keeps the version that it began with', async () => {
    const task = await at.task('any');
    const id = await at.workflow({
      steps: [
        { id: 'a', task },
        { id: 'b', task },
      ],
      edges: [edge('a', 'b')],
    });
    const run = await at.run(`/workflow/${id}/job`);
    const { body } = await at.call('PATCH', `/workflow/${id}`, { steps: [{ id: 'only', task }], edges: [] });
    expect(body).toMatchObject({ version: 2 });
    await at.end();
    await at.end();
    expect(await at.over(id, run.id)).toMatchObject({ version: 1, state: 'success' });
  });

  test('is one at a time where that is wanted: the next one begins when the last is over', async () => {
    const task = await at.task('any');
    const id = await at.workflow({ multitasking: false, steps: [{ id: 'a', task }] });
    const runs = await Promise.all([1, 2, 3].map(() => at.run(`/workflow/${id}/job`)));
    const lifecycles = async () => {
      const { body } = await at.call('GET', `/workflow/${id}/job`);
      return body.map(({ lifecycle }: { lifecycle: string }) => lifecycle).toSorted();
    };
    expect(await lifecycles()).toEqual(['ready', 'ready', 'started']);
    await at.end();
    await at.end();
    await until(async () => `${await lifecycles()}` === 'finished,finished,started');
    await at.end();
    for (const { id: run } of runs) await at.over(id, run);
  });

  test('answers the same run to the same Idempotency-Key', async () => {
    const task = await at.task('any');
    const id = await at.workflow({ steps: [{ id: 'a', task }] });
    const send = () =>
      app.request('POST', `/workflow/${id}/job`, {
        token: app.demo.people.admin.token,
        headers: { 'idempotency-key': 'once' },
        body: {},
      });
    const [first, second] = [await send(), await send()];
    expect(first.body.id).toBe(second.body.id);
  });

  test('is started by its secret key, and by no other', async () => {
    const task = await at.task('any');
    const id = await at.workflow({ steps: [{ id: 'a', task }] });
    const { secret } = (await at.call('GET', `/workflows/${id}/credentials`)).body;
    const by = (key: string) => app.request('POST', `/workflows/${id}/secret/${key}/job`, { body: {} });
    expect(await by(secret)).toMatchObject({ status: 200, body: { origin: 'secret', workflow_id: id } });
    expect(await by('0'.repeat(64))).toMatchObject({ status: 403, body: { code: 'wrong_secret' } });
    const changed = (await at.call('POST', `/workflow/${id}/secret`)).body.secret;
    expect((await by(secret)).status).toBe(403);
    expect((await by(changed)).status).toBe(200);
  });
});

describe('a step', () => {
  test('overrides the settings of its task: arguments, timeout, retries, priority, environment', async () => {
    const task = await at.task('any', {
      task_arguments: [input('Name'), input('Level', { value: 'low' })],
      timeout: 60,
      env: { A: 'task', B: 'task' },
    });
    const id = await at.workflow({
      task_arguments: [input('Who')],
      env: { A: 'workflow', C: 'workflow' },
      steps: [
        {
          id: 'a',
          task,
          arguments: { Name: { from: 'input[0]' }, Level: { value: 'high' } },
          timeout: 5,
          retries: { limit: 1, delay: 0 },
          priority: 7,
          env: { B: 'step' },
        },
      ],
    });
    const run = await at.run(`/workflow/${id}/job`, { task_arguments: ['Ada'] });
    const first = await at.end({ exit_code: 1 });
    expect(first).toMatchObject({
      args: ['Ada', 'high'],
      timeout: 5,
      env: { A: 'task', B: 'step', C: 'workflow' },
    });
    expect(await at.end()).toMatchObject({ attempt: 2, job: first.job });
    expect(await at.over(id, run.id)).toMatchObject({ state: 'success', steps: [{ attempt: 2 }] });
    expect((await at.jobsOf(task))[0]).toMatchObject({ priority: 7, timeout: 5 });
  });

  test('takes arguments from any step before it, whatever their size', async () => {
    const first = await at.task('first');
    const last = await at.task('last', { task_arguments: [input('a', { charsmax: 100_000 }), input('b')] });
    const id = await at.workflow({
      steps: [
        { id: 'first', task: first },
        { id: 'middle', task: first },
        {
          id: 'last',
          task: last,
          arguments: { a: { from: 'steps.first.output[0].text' }, b: { from: 'steps.middle.event' } },
        },
      ],
      edges: [edge('first', 'middle'), edge('middle', 'last')],
    });
    const run = await at.run(`/workflow/${id}/job`);
    const text = 'long '.repeat(10_000).trim();
    await at.end(lastLine(JSON.stringify([{ text }])));
    await at.end();
    expect(await at.end()).toMatchObject({ args: [text, 'success'] });
    const over = await at.over(id, run.id);
    expect(over.steps[0]?.output_bytes).toBeGreaterThan(50_000);
  });

  test('waits out its grace time as a job that can be canceled', async () => {
    const task = await at.task('any', { grace_time: 300 });
    const id = await at.workflow({ steps: [{ id: 'a', task }] });
    const run = await at.run(`/workflow/${id}/job`);
    await until(async () => (await statusesOf(id, run.id))['a'] === 'running');
    const [job] = await at.jobsOf(task);
    expect(job).toMatchObject({ lifecycle: 'ready' });
    expect(Date.parse(job?.due_at ?? '') - Date.now()).toBeGreaterThan(290_000);
    await at.call('PUT', `/job/${job?.id}/cancel`);
    expect(await at.over(id, run.id)).toMatchObject({ state: 'failure' });
  });

  test('may be a workflow, whose outputs and end are its own', async () => {
    const task = await at.task('inner', { task_arguments: [input('x')] });
    const after = await at.task('after', { task_arguments: [input('y')] });
    const child = await at.workflow({ name: 'child', steps: [{ id: 'only', task }] });
    const id = await at.workflow({
      task_arguments: [input('Start')],
      steps: [
        { id: 'sub', workflow: child },
        { id: 'after', task: after },
      ],
      edges: [edge('sub', 'after')],
    });
    const run = await at.run(`/workflow/${id}/job`, { task_arguments: ['hello'] });
    expect(await at.end(lastLine('["world"]'))).toMatchObject({ args: ['hello'] });
    expect(await at.end()).toMatchObject({ args: ['world'] });
    const over = await at.over(id, run.id);
    expect(over).toMatchObject({
      state: 'success',
      steps: [{ id: 'sub', state: 'success', output: ['world'] }, {}],
    });
    const { body: inner } = await at.call('GET', `/workflow/${child}/job/${over.steps[0]?.run_id}`);
    expect(inner).toMatchObject({ parent: { run_id: run.id, step: 'sub' }, origin: 'workflow' });
  });

  test('whose task was deleted ends the run with the reason', async () => {
    const [first, second] = [await at.task('first'), await at.task('second')];
    const id = await at.workflow({
      steps: [
        { id: 'a', task: first },
        { id: 'b', task: second },
      ],
      edges: [edge('a', 'b')],
    });
    expect(await at.call('DELETE', `/task/${second}`)).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('is a step of') },
    });
    const run = await at.run(`/workflow/${id}/job`);
    expect((await at.call('DELETE', `/task/${second}?force=true`)).status).toBe(200);
    expect((await at.call('GET', `/workflow/${id}`)).body.problems).toEqual([
      'The task of its step "b" was deleted: choose another.',
    ]);
    await at.end();
    expect(await at.over(id, run.id)).toMatchObject({
      lifecycle: 'terminated',
      state: 'error',
      reason: 'step "b" cannot run: its task or workflow was deleted',
    });
  });
});

describe('before it runs', () => {
  const outlook = async (id: string, token?: string) =>
    (await at.call('GET', `/workflow/${id}/outlook`, undefined, token)).body as unknown as WorkflowOutlook;

  test('it is told where its first steps would go, whom it asks, how long it took, and what was given', async () => {
    const { user } = app.demo.people;
    const first = await at.task('measure', {
      task_arguments: [input('Limit'), input('Key', { masked: true, required: false })],
      acls: ['user'],
    });
    const hidden = await at.task('hidden');
    const ask = await at.call('POST', '/task', {
      name: 'May it?',
      type: 'approval',
      acls: ['user'],
      approval: { people: ['manager'] },
    });
    const id = await at.workflow({
      acls: ['user'],
      steps: [
        { id: 'measure', task: first, name: 'Measure' },
        { id: 'ask', task: ask.body.id },
        { id: 'hidden', task: hidden },
      ],
      edges: [edge('measure', 'ask', { on: 'failure' }), edge('ask', 'hidden')],
    });

    expect(await outlook(id)).toEqual({
      waits_for_run: null,
      first: [
        {
          step: 'measure',
          name: 'Measure',
          type: 'script',
          bot: null,
          waits_for: 'bot_away',
          reason: expect.stringContaining('was never heard of'),
          jobs_before: 0,
        },
      ],
      asks: [{ step: 'ask', name: 'May it?', type: 'approval', who: 'fixed', people: ['manager'] }],
      duration: null,
      last_values: [],
    });

    for (const limit of ['80', '90', '80']) {
      const run = await at.run(`/workflow/${id}/job`, [limit, 'secret']);
      await at.end();
      expect(await at.over(id, run.id)).toMatchObject({ state: 'success' });
    }
    const later = await outlook(id);
    expect(later.last_values.map(({ values }) => values)).toEqual([
      ['80', null],
      ['90', null],
    ]);
    expect(later.duration).toEqual({
      runs: 3,
      median_ms: expect.any(Number),
      p90_ms: expect.any(Number),
    });
    // nobody sees what others gave
    expect((await outlook(id, user.token)).last_values).toEqual([]);
  });

  test('a task that somebody may not see is not told of, and a run that one waits for is', async () => {
    const { user } = app.demo.people;
    const task = await at.task('hidden');
    const id = await at.workflow({ acls: ['user'], multitasking: false, steps: [{ id: 'only', task }] });
    const { id: run } = await at.run(`/workflow/${id}/job`);
    expect(await outlook(id, user.token)).toMatchObject({
      waits_for_run: run,
      first: [{ step: 'only', type: null, bot: null, reason: null }],
    });
    expect(await outlook(id)).toMatchObject({ first: [{ type: 'script', waits_for: 'bot_away' }] });
    expect(
      (await at.call('GET', `/workflow/${id}/outlook`, undefined, app.demo.people.viewer.token)).status,
    ).toBe(403);
  });
});

describe('cancel', () => {
  test('stops every job of the run, those of its workflows too, and starts nothing more', async () => {
    const task = await at.task('any');
    const child = await at.workflow({ name: 'child', steps: [{ id: 'only', task }] });
    const id = await at.workflow({
      start: ['a', 'b', 'c'],
      steps: [
        { id: 'a', task },
        { id: 'b', task, grace_time: 600 },
        { id: 'c', workflow: child },
        { id: 'd', task },
      ],
      edges: [edge('a', 'd', { on: 'any' })],
    });
    const run = await at.run(`/workflow/${id}/job`);
    const taken = await at.bot.takeRuns(2);
    for (const one of taken) await at.bot.started(one);
    expect((await at.call('PUT', `/workflow/${id}/job/${run.id}/cancel`)).status).toBe(204);
    expect((await at.call('PUT', `/workflow/${id}/job/${run.id}/cancel`)).status).toBe(204);
    for (const one of taken) {
      await at.bot.takeCancel(one);
      await at.bot.finish(one, {
        stopped_by: 'cancel',
        exit_code: null,
        signal: 'SIGTERM',
        ending: 'signaled',
      });
    }
    const over = await at.over(id, run.id);
    expect(over).toMatchObject({
      lifecycle: 'terminated',
      state: 'canceled',
      stop_requested: { by: app.demo.people.admin.email },
    });
    expect(over.steps.map(({ id: step, state }) => [step, state])).toEqual([
      ['a', 'canceled'],
      ['b', 'canceled'],
      ['c', 'canceled'],
      ['d', null],
    ]);
    expect((await at.call('PUT', `/workflow/${id}/job/${run.id}/cancel`)).status).toBe(409);
  });

  test('of a run that waits for its turn ends it at once', async () => {
    const task = await at.task('any');
    const id = await at.workflow({ multitasking: false, steps: [{ id: 'a', task }] });
    await at.run(`/workflow/${id}/job`);
    const second = await at.run(`/workflow/${id}/job`);
    await at.call('PUT', `/workflow/${id}/job/${second.id}/cancel`);
    expect(await at.runOf(id, second.id)).toMatchObject({ lifecycle: 'canceled', state: 'canceled' });
  });
});

describe('a run that failed', () => {
  test('is resumed from the step that failed: what ended well is taken over', async () => {
    const task = await at.task('any', { task_arguments: [input('x', { required: false })] });
    const id = await at.workflow({
      steps: ['a', 'b', 'c'].map((step) => ({ id: step, task })),
      edges: [edge('a', 'b'), edge('b', 'c')],
    });
    const run = await at.run(`/workflow/${id}/job`, { task_arguments: ['first'] });
    await at.end(lastLine('["from a"]'));
    await at.end({ exit_code: 1 });
    await at.over(id, run.id);

    const { body: next } = await at.call('PUT', `/workflow/${id}/job/${run.id}/resume`);

    expect(next).toMatchObject({ resumed_from: run.id, task_arguments_values: ['first'] });
    expect(await at.end(lastLine('["from b"]'))).toMatchObject({ args: ['from a'] });
    expect(await at.end()).toMatchObject({ args: ['from b'] });
    expect(await at.over(id, next.id)).toMatchObject({
      state: 'success',
      steps: [
        { id: 'a', inherited: true, status: 'ended', output: ['from a'] },
        { id: 'b', inherited: false },
        { id: 'c', inherited: false },
      ],
    });
    const { body: audit } = await at.call('GET', '/audit?action=run.resume');
    expect(audit[0]).toMatchObject({ details: { workflow: id, run: next.id } });
  });

  test('is not resumed once a value that was masked would be shown', async () => {
    const hides = { task_arguments: [input('Key', { masked: true })] };
    const task = await at.task('hides', hides);
    const id = await at.workflow({ steps: [{ id: 'a', task }] });
    const run = await at.run(`/workflow/${id}/job`, { task_arguments: ['top secret'] });
    await at.end({ exit_code: 1 });
    await at.over(id, run.id);
    await at.call('PATCH', `/task/${task}`, { task_arguments: [input('Key')] });

    const refused = await at.call('PUT', `/workflow/${id}/job/${run.id}/resume`);
    expect(refused).toMatchObject({ status: 409, body: { message: expect.stringContaining('changed') } });

    await at.call('PATCH', `/task/${task}`, hides);
    expect((await at.call('PUT', `/workflow/${id}/job/${run.id}/resume`)).status).toBe(200);
  });

  test('keeps what it rests on while it goes on: its jobs are not deleted', async () => {
    const task = await at.task('any');
    const id = await at.workflow({
      steps: [
        { id: 'a', task },
        { id: 'b', task },
      ],
      edges: [edge('a', 'b')],
    });
    const run = await at.run(`/workflow/${id}/job`);
    await at.end();
    await until(async () => (await statusesOf(id, run.id))['b'] === 'running');
    await at.call('DELETE', `/job/finished?task=${task}`);
    await at.end();
    expect(await at.over(id, run.id)).toMatchObject({ state: 'success' });
    expect((await at.call('DELETE', `/job/finished?task=${task}`)).body).toEqual({ deletedCount: 2 });
  });
});

describe('by itself', () => {
  test('a workflow starts by an event, and its own end is one', async () => {
    const [before, step, after] = [
      await at.task('before'),
      await at.task('step', { task_arguments: [input('x')] }),
      await at.task('after', { task_arguments: [input('y')] }),
    ];
    const id = await at.workflow({
      steps: [{ id: 'a', task: step }],
      triggers: [{ task: before, event: 'success' }],
    });
    await at.call('PATCH', `/task/${after}`, { triggers: [{ workflow: id, event: 'success' }] });
    const { body: events } = await at.call('GET', '/event');
    expect(events).toContainEqual(
      expect.objectContaining({ emitter_type: 'workflow', emitter_id: id, name: 'failure' }),
    );

    await at.run(`/task/${before}/job`);
    await at.end(lastLine('["given"]'));

    expect(await at.end(lastLine('["put out"]'))).toMatchObject({ args: ['given'] });
    expect(await at.end()).toMatchObject({ args: ['put out'] });
    const [job] = await at.jobsOf(after);
    expect(job?.cause).toMatchObject({
      type: 'trigger',
      emitter_type: 'workflow',
      emitter_id: id,
      event: 'success',
    });
    const { body: runs } = await at.call('GET', `/workflow/${id}/job`);
    expect(runs[0]).toMatchObject({ origin: 'trigger', cause: { emitter_id: before } });
  });

  test('a triggered run waits out the grace time of its workflow, and can be deleted', async () => {
    const before = await at.task('before');
    const step = await at.task('step');
    const id = await at.workflow({
      grace_time: 300,
      steps: [{ id: 'a', task: step }],
      triggers: [{ task: before, event: 'success' }],
    });
    await at.run(`/task/${before}/job`);
    await at.end();
    const waiting = async () => (await at.call('GET', `/workflow/${id}/schedule`)).body;
    await until(async () => (await waiting()).length === 1);
    const [schedule] = await waiting();
    expect(schedule).toMatchObject({ kind: 'grace', workflow_id: id, task_id: null });
    expect((await at.call('DELETE', `/schedule/${schedule.id}`)).status).toBe(200);
    expect((await at.call('GET', `/workflow/${id}/job`)).body).toEqual([]);
  });

  test('a schedule runs a workflow with its own values', async () => {
    const step = await at.task('step', { task_arguments: [input('x')] });
    const id = await at.workflow({ steps: [{ id: 'a', task: step }] });
    const answer = await at.call('POST', `/workflow/${id}/schedule`, {
      runDate: Date.now(),
      task_arguments: ['at night'],
    });
    expect(answer).toMatchObject({ status: 200, body: { workflow: { id }, task_arguments: ['at night'] } });
    expect(await at.end()).toMatchObject({ args: ['at night'] });
    const { body: runs } = await at.call('GET', `/workflow/${id}/job`);
    expect(runs[0]).toMatchObject({ origin: 'schedule', cause: { type: 'schedule' } });
  });

  test('what would go round in circles is refused: through events, and through steps', async () => {
    const task = await at.task('any');
    const id = await at.workflow({ steps: [{ id: 'a', task }] });
    const outer = await at.workflow({ name: 'outer', steps: [{ id: 'a', workflow: id }] });
    const refused = async (path: string, body: object) => {
      const answer = await at.call('PATCH', path, body);
      expect(answer.status).toBe(400);
      return answer.body.message as string;
    };
    expect(await refused(`/workflow/${id}`, { triggers: [{ task, event: 'success' }] })).toContain(
      'start itself again',
    );
    expect(await refused(`/workflow/${id}`, { steps: [{ id: 'a', workflow: id }] })).toContain(
      'a step of itself',
    );
    expect(await refused(`/workflow/${id}`, { steps: [{ id: 'a', workflow: outer }] })).toContain(
      'run this workflow again',
    );
    const listens = await at.task('listens', { triggers: [{ workflow: outer, event: 'success' }] });
    expect(
      await refused(`/workflow/${outer}`, { triggers: [{ task: listens, event: 'failure' }] }),
    ).toContain('start itself again');
  });
});

test('two supervisors carry many runs on together, each step once', async () => {
  await using other = await startSupervisor(database.connection);
  const task = await at.task('any', { task_arguments: [input('x', { required: false })] });
  const id = await at.workflow({
    steps: ['a', 'b', 'c', 'd'].map((step) => ({ id: step, task })),
    edges: [edge('a', 'b'), edge('a', 'c'), edge('b', 'd'), edge('c', 'd')],
  });
  const runs = await Promise.all(
    Array.from({ length: 20 }, async (_one, place) => {
      const answer = await (place % 2 ? other : app).request('POST', `/workflow/${id}/job`, {
        token: app.demo.people.admin.token,
        body: { task_arguments: [null] },
      });
      return answer.body.id as string;
    }),
  );
  for (let left = 80; left > 0;) {
    const taken = await at.bot.takeRuns(1, { slots: 40 });
    left -= taken.length;
    for (const one of taken) {
      await at.bot.started(one);
      await at.bot.finish(one);
    }
  }
  for (const run of runs) expect(await at.over(id, run)).toMatchObject({ state: 'success' });
  expect(await at.jobsOf(task)).toHaveLength(80);
  expect(await app.db.once('select 1 from run_wakes', [])).toEqual([]);
});
