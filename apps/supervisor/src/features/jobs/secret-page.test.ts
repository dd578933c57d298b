import type { OutgoingHttpHeaders } from 'node:http';
import { createTestDatabase, fakeBot, type FakeBot } from '@argus/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addTask, startTestApp, type Answer, type TestApp } from '../../testing/index.ts';
import { SECRET_PAGE_TEXTS } from './secret-page-texts.ts';

const BROWSER = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'content-type': 'application/x-www-form-urlencoded',
};

const resources = new AsyncDisposableStack();
let app: TestApp;
let bot: FakeBot;
let task: Awaited<ReturnType<typeof addTask>>;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
  bot = resources.use(fakeBot({ url: app.url, credential: app.demo.host.credential }));
  task = await addTask(app.platform, app.demo.id, {
    name: 'Restart <b>"web"</b>',
    host_id: app.demo.host.id,
    script_id: app.demo.script.id,
    task_arguments: [{ type: 'input', label: 'Why', order: 0 }],
  });
});
afterAll(() => resources.disposeAsync());

function press(headers: OutgoingHttpHeaders = BROWSER): Promise<Answer> {
  return app.request('POST', `/job/secret/${task.secret}`, {
    body: `customer=demo&task=${task.id}&task_arguments[]=a-private-reason`,
    headers,
  });
}

/** Where the page says that it looks next; undefined where it does not look again. */
function nextLook({ text }: Answer): string | undefined {
  return /http-equiv="refresh" content="\d+;url=([^"]+)"/.exec(text)?.[1];
}

test('a browser that sends a form sees the job until its end, by the job’s own secret', async () => {
  const pressed = await press();
  expect(pressed.status).toBe(200);
  expect(pressed.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(pressed.text).toContain('Waiting for its bot');
  const address = nextLook(pressed) as string;
  expect(address).toMatch(/^\/job\/[0-9a-f]{24}\/secret\/[0-9a-f]{64}$/);
  app.keepSecret(address.slice(-64));

  const look = () => app.request('GET', address, { headers: { accept: BROWSER.accept } });
  const [run] = await bot.takeRuns();
  await bot.started(run!);
  const running = await look();
  expect(running.text).toContain('Running');
  expect(nextLook(running)).toBe(address);

  await bot.log(run!, 'a line that says much\n');
  await bot.finish(run!, {
    result: { file: null, stdout: '{"state":"success","data":["an output"]}', stderr: null },
  });
  const ended = await look();
  expect(ended.text).toContain('Done');
  expect(nextLook(ended)).toBeUndefined();
  for (const { text, headers } of [pressed, running, ended]) {
    expect(text).toContain('Restart &lt;b&gt;&quot;web&quot;&lt;/b&gt;');
    expect(text).not.toMatch(/a-private-reason|a line that says|an output|<script|<b>/);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(headers['cache-control']).toBe('no-store');
  }

  // the same address answers programs with the job
  const { status, body } = await app.request('GET', address);
  expect([status, body.state, body.output]).toEqual([200, 'success', ['an output']]);
});

test('a failure says so, without the reason', async () => {
  const address = nextLook(await press()) as string;
  app.keepSecret(address.slice(-64));
  const [run] = await bot.takeRuns();
  await bot.finish(run!, { exit_code: 3 });
  const { text } = await app.request('GET', address, { headers: { accept: 'text/html' } });
  expect(text).toContain('Failed');
  expect(text).not.toContain('exit code');
});

test('whoever reads Spanish gets it in Spanish, and the answer says that it would be another for others', async () => {
  const languages = { ...BROWSER, 'accept-language': 'es-AR,es;q=0.9,en;q=0.5' };
  const pressed = await press(languages);
  expect(pressed.headers).toMatchObject({
    'content-language': 'es',
    vary: expect.stringMatching(/\bAccept-Language\b/),
  });
  expect(pressed.text).toContain('<html lang="es">');
  const address = nextLook(pressed) as string;
  app.keepSecret(address.slice(-64));
  const look = (language: string) =>
    app.request('GET', address, { headers: { accept: 'text/html', 'accept-language': language } });
  const [run] = await bot.takeRuns();
  await bot.started(run!);
  const running = await look('es');
  await bot.finish(run!);
  const ended = await look('es-ES');

  expect(pressed.text).toContain('A la espera de su bot');
  expect(running.text).toContain('En ejecución');
  expect(ended.text).toContain('Listo');
  for (const { text } of [pressed, running, ended]) {
    for (const english of Object.values(SECRET_PAGE_TEXTS.en)) expect(text).not.toContain(`>${english}<`);
    expect(text).not.toContain('by itself');
    expect(text).toMatch(/>\d+ \p{L}+ \d{4}, \d\d:\d\d:\d\d UTC</u);
  }

  const other = await look('de, en;q=0.5');
  expect(other.headers['content-language']).toBe('en');
  expect(other.text).toContain('<html lang="en">');
  expect(other.text).toContain('Done');
});

test('everyone else gets JSON: programs, scripts of pages, JSON bodies, and errors always', async () => {
  const form = BROWSER['content-type'];
  for (const headers of [
    { 'content-type': form },
    { 'content-type': form, accept: '*/*' },
    { 'content-type': form, accept: 'application/json' },
    { 'content-type': form, accept: 'application/json, text/plain, */*' },
    { 'content-type': 'application/json', accept: BROWSER.accept },
  ]) {
    const { status, body } = await press(headers);
    expect([status, body.task_id]).toEqual([200, task.id]);
    await bot.takeRuns().then(([run]) => bot.finish(run!));
  }
  const { status, body } = await app.request('POST', `/job/secret/${'0'.repeat(64)}`, {
    body: `customer=demo&task=${task.id}`,
    headers: BROWSER,
  });
  expect([status, body.code]).toEqual([403, 'wrong_secret']);
});

test('a form of several parts gets the page too, under the organization’s path as well', async () => {
  const { status, headers } = await app.request('POST', `/demo/task/${task.id}/secret/${task.secret}/job`, {
    body: '--x\r\ncontent-disposition: form-data; name="task_arguments[]"\r\n\r\na\r\n--x--\r\n',
    headers: { accept: BROWSER.accept, 'content-type': 'multipart/form-data; boundary=x' },
  });
  expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
});

test('a wrong secret, another job’s, the task’s own and an unknown id are answered alike', async () => {
  const [one, other] = [
    (await press({ 'content-type': BROWSER['content-type'] })).body,
    (await press({ 'content-type': BROWSER['content-type'] })).body,
  ];
  const answers = new Set<string>();
  for (const path of [
    `/job/${one.id}/secret/${other.secret}`,
    `/job/${one.id}/secret/${task.secret}`,
    `/job/${one.id}/secret/${'0'.repeat(64)}`,
    `/job/${one.id}/secret/x`,
    `/job/${'f'.repeat(24)}/secret/${one.secret}`,
    `/job/nonsense/secret/${one.secret}`,
    `/other/job/${one.id}/secret/${one.secret}`,
  ]) {
    const { status, text } = await app.request('GET', path, { headers: { accept: BROWSER.accept } });
    answers.add(`${status} ${text}`);
  }
  expect([...answers]).toEqual([expect.stringMatching(/^403 .*"wrong_secret"/)]);
  expect((await app.request('GET', `/demo/job/${one.id}/secret/${one.secret}`)).status).toBe(200);
});
