import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readSettings } from '../settings.ts';
import { BotDirectory, TestBot } from '../testing/bot.ts';
import { certificate } from '@argus/testing/certificate';
import { TestSupervisor } from '../testing/supervisor.ts';
import { report, type Finding } from './check.ts';
import { checkLink } from './link.ts';
import { checkMachine } from './machine.ts';
import { adviceOnTls, clockOffset, parseLimits } from './rules.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

const healthy: RequestListener = (request, response) => {
  const isScript = request.url?.startsWith('/bot/scripts/');
  const isKnown = request.headers.authorization === 'Bearer good';
  response.statusCode = isScript ? (isKnown ? 404 : 401) : 200;
  response.end(JSON.stringify({ status: 'ok', version: '0.1.0', protocol: 2 }));
};

async function listening<S extends Pick<Server, 'listen' | 'address' | 'once'>>(server: S): Promise<number> {
  await once(server.listen(0, '127.0.0.1') as never, 'listening');
  return (server.address() as AddressInfo).port;
}

const failures = (findings: readonly Finding[]) => findings.filter(({ result }) => result === 'fail');
const find = (findings: readonly Finding[], check: string) => findings.find((one) => one.check === check);

describe('the way to the supervisor', () => {
  test('is well where all is well, over TLS too', async () => {
    const { key, cert } = certificate(['127.0.0.1']);
    await using server = createServer({ key, cert }, healthy);
    const found = await checkLink(`https://127.0.0.1:${await listening(server)}`, 'good', {}, { ca: cert });
    expect(found.map(({ check, result }) => `${check} ${result}`)).toEqual(
      ['proxy', 'name', 'port', 'tls', 'time', 'http', 'version', 'credential'].map((check) => `${check} ok`),
    );
  });

  test('ends at a name that does not exist', async () => {
    const found = await checkLink('https://no-such-host.invalid', 'good', {});
    expect(failures(found)).toMatchObject([
      { check: 'name', message: expect.stringMatching(/is not found/) },
    ]);
  });

  test('ends at a port where nothing listens', async () => {
    const server = createTcpServer();
    const port = await listening(server as never);
    await new Promise((done) => server.close(done));
    const found = await checkLink(`http://127.0.0.1:${port}`, 'good', {});
    expect(failures(found)).toMatchObject([
      { check: 'port', advice: expect.stringMatching(/nothing listens there/) },
    ]);
  });

  test.each([
    ['has expired', -1, '127.0.0.1', true, /renew it there/],
    ['was signed by nobody who is trusted', 30, '127.0.0.1', false, /NODE_EXTRA_CA_CERTS/],
    ['is for another name', 30, 'other.test', true, /is for other names/],
  ])('ends at a certificate that %s', async (_what, days, name, isTrusted, advice) => {
    const { key, cert } = certificate([name], days);
    await using server = createServer({ key, cert }, healthy);
    const url = `https://127.0.0.1:${await listening(server)}`;
    const found = await checkLink(url, 'good', {}, isTrusted ? { ca: cert } : {});
    expect(failures(found)).toMatchObject([{ check: 'tls', advice: expect.stringMatching(advice) }]);
  });

  test('warns of a certificate that ends soon', async () => {
    const { key, cert } = certificate(['127.0.0.1'], 3);
    await using server = createServer({ key, cert }, healthy);
    const found = await checkLink(`https://127.0.0.1:${await listening(server)}`, 'good', {}, { ca: cert });
    expect(find(found, 'tls')).toMatchObject({
      result: 'warn',
      message: expect.stringMatching(/valid for [23] days/),
    });
  });

  test('ends at a port that speaks no TLS', async () => {
    await using server = createHttpServer(healthy);
    const found = await checkLink(`https://127.0.0.1:${await listening(server)}`, 'good', {});
    expect(failures(found)).toMatchObject([
      { check: 'tls', advice: expect.stringMatching(/port of plain http/) },
    ]);
  });

  test.each([
    ['another program', 404, 'a page', 'http', /it is the address of the supervisor/],
    ['a load balancer without a supervisor', 502, 'bad gateway', 'http', /is it running/],
    [
      'a supervisor of a far version',
      200,
      '{"status":"ok","version":"9.0.0","protocol":9}',
      'version',
      /upgrade the older/,
    ],
  ])('ends at %s', async (_what, status, body, check, advice) => {
    await using server = createHttpServer((_request, response) => {
      response.statusCode = status;
      response.end(body);
    });
    const found = await checkLink(`http://127.0.0.1:${await listening(server)}`, undefined, {});
    expect(failures(found)).toMatchObject([{ check, advice: expect.stringMatching(advice) }]);
  });

  test('tells a credential that was revoked, a clock that is wrong and a version next to ours', async () => {
    await using server = createHttpServer((request, response) => {
      response.setHeader('date', new Date(Date.now() + 3_600_000).toUTCString());
      if (request.url === '/api/status')
        return void response.end(JSON.stringify({ status: 'ok', version: '0.0.9', protocol: 1 }));
      healthy(request, response);
    });
    const found = await checkLink(`http://127.0.0.1:${await listening(server)}`, 'revoked', {});
    expect(failures(found)).toMatchObject([
      { check: 'credential', advice: expect.stringMatching(/enrol this bot again/) },
    ]);
    expect(find(found, 'time')).toMatchObject({
      result: 'warn',
      message: expect.stringMatching(/3\d{3} s behind/),
    });
    expect(find(found, 'version')).toMatchObject({ result: 'warn' });
  });

  test('names the proxy, without its password, and ends where that cannot be reached or refuses', async () => {
    await using refusing = createHttpServer();
    refusing.on('connect', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
    const port = await listening(refusing);
    const env = { HTTPS_PROXY: `http://me:secret@127.0.0.1:${port}` };
    const found = await checkLink('https://argus.example.org', 'good', env);
    expect(find(found, 'proxy')?.message).toBe(`127.0.0.1:${port} is used (HTTPS_PROXY)`);
    expect(failures(found)).toMatchObject([
      { check: 'http', advice: `may 127.0.0.1:${port} connect to it?` },
    ]);
    expect(JSON.stringify(found)).not.toContain('secret');
    expect(
      failures(await checkLink('https://argus.example.org', 'good', { HTTPS_PROXY: 'socks5://a' })),
    ).toMatchObject([{ check: 'proxy' }]);
  });
});

describe('the machine', () => {
  const machine = (directory: string, env: NodeJS.ProcessEnv = process.env) =>
    checkMachine(readSettings(['--data-dir', directory], { ...env, ARGUS_BOT_MIN_FREE_MB: '1' }), env);

  test('without perl on the PATH cannot launch scripts', async () => {
    using home = new BotDirectory();
    const found = await machine(home.path, { PATH: home.path });
    expect(find(found, 'perl')).toMatchObject({ result: 'fail', advice: expect.stringMatching(/perl-base/) });
  });

  test('has a directory that can be written, with a credential for its owner only', async () => {
    using home = new BotDirectory();
    expect(find(await machine(home.path), 'enrolment')).toMatchObject({ result: 'fail' });
    writeFileSync(join(home.path, 'credential'), '{}', { mode: 0o644 });
    const found = await machine(home.path);
    expect(find(found, 'directory')).toMatchObject({ result: 'ok' });
    expect(find(found, 'enrolment')).toMatchObject({
      result: 'warn',
      advice: expect.stringMatching(/chmod 600/),
    });
    expect(find(found, 'process')).toMatchObject({ result: 'warn' });
    chmodSync(join(home.path, 'credential'), 0o600);
    expect(find(await machine(home.path), 'enrolment')).toMatchObject({ result: 'ok' });
  });

  test('whose directory cannot be written is told so, with what to do', async () => {
    using home = new BotDirectory();
    writeFileSync(join(home.path, 'file'), '');
    // below a file nothing can be made, not even by root
    expect(find(await machine(join(home.path, 'file', 'bot')), 'directory')).toMatchObject({
      result: 'fail',
      advice: expect.stringMatching(/ARGUS_BOT_DIR/),
    });
    mkdirSync(join(home.path, 'full'));
    const settings = readSettings(['--data-dir', join(home.path, 'full'), '--min-free-mb', '999999999'], {});
    expect(find(await checkMachine(settings, process.env), 'directory')).toMatchObject({
      result: 'fail',
      message: expect.stringMatching(/its disk is full/),
    });
  });
});

describe('what the doctor knows', () => {
  test('how far a clock is off, and that a header without a time says nothing', () => {
    const now = Date.parse('2026-11-24T10:00:10Z');
    expect(clockOffset('Tue, 24 Nov 2026 10:00:00 GMT', now)).toBe(10);
    expect(clockOffset('Tue, 24 Nov 2026 10:01:00 GMT', now)).toBe(-50);
    expect(clockOffset(undefined, now)).toBeUndefined();
  });

  test('what to do about each way in which TLS fails, and nothing about the rest', () => {
    expect(adviceOnTls('CERT_NOT_YET_VALID', '')).toMatch(/set the clock/);
    expect(adviceOnTls('UNABLE_TO_VERIFY_LEAF_SIGNATURE', '')).toMatch(/whole chain/);
    expect(adviceOnTls('ERR_SSL_TLSV1_ALERT', 'alert')).toMatch(/TLS fails: alert/);
    expect(adviceOnTls('ECONNRESET', '')).toBeUndefined();
  });

  test('the limits of a process', () => {
    const text =
      'Limit                     Soft Limit           Hard Limit           Units\n' +
      'Max processes             unlimited            unlimited            processes\n' +
      'Max open files            1024                 524288               files\n';
    expect(parseLimits(text)).toEqual({ openFiles: 1024, processes: Infinity });
    expect(parseLimits('')).toEqual({ openFiles: undefined, processes: undefined });
  });

  test('its report is one line for each finding, and advice where there is some', () => {
    const findings: Finding[] = [
      { check: 'a', result: 'ok', message: 'fine' },
      { check: 'long', result: 'fail', message: 'broken', advice: 'mend it' },
    ];
    expect(report(findings)).toBe(
      '✓ a     fine\n✗ long  broken\n        → mend it\n\n1 of 2 checks failed\n',
    );
  });
});

describe('the command', () => {
  async function doctor(directory: BotDirectory, ...words: string[]) {
    const child = spawn(process.execPath, [MAIN, 'doctor', ...words], {
      env: { PATH: process.env.PATH, ARGUS_BOT_DIR: directory.path },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
    await once(child, 'close');
    return { said, code: child.exitCode };
  }

  test('ends with 0 beside a bot that is well, and with 1 where something is wrong; --json is for programs', async () => {
    await using supervisor = await TestSupervisor.start();
    using directory = new BotDirectory();
    expect(await doctor(directory)).toMatchObject({
      code: 1,
      said: expect.stringMatching(/✗ supervisor .*not known/),
    });
    await using bot = new TestBot(supervisor, directory);
    await supervisor.until(() => supervisor.polls[0]);
    const { code, said } = await doctor(directory, '--json');
    const found = JSON.parse(said) as Finding[];
    expect(failures(found)).toEqual([]);
    expect(code).toBe(0);
    expect(find(found, 'process')?.message).toBe(`the bot runs (pid ${bot.child.pid})`);
    expect(find(found, 'launcher')?.message).toMatch(/launcher: .*, tree: /);
    expect(said).not.toContain(supervisor.credential);
  });
});
