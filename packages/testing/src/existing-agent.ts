import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { hostname, platform, release, arch } from 'node:os';
import { join } from 'node:path';
import type { AgentJob } from '@argus/contract';

/** The content of its credentials file. */
export interface AgentCredentialsFile {
  api_url: string;
  client_id: string;
  client_secret: string;
  client_customer: string;
  client_hostname: string;
}

export interface AgentReport {
  state?: unknown;
  data: Record<string, unknown>;
}

export interface ExistingAgentOptions {
  credentials: AgentCredentialsFile;
  /** Where it keeps its scripts, all in one folder by their names. */
  scripts: string;
  version?: string;
}

interface Answer {
  status: number;
  bytes: Buffer;
  /** Parsed where it can be. */
  body: unknown;
}

/**
 * An agent of the reference system as it behaves, bugs included: signs in, registers, fetches its configuration,
 * polls for jobs, downloads a script where its MD5 differs, runs it by a shell, and reports the result once. Only its
 * ten-second clock is left out: it polls again as soon as a poll is answered.
 */
export interface ExistingAgent extends AsyncDisposable {
  /** Where it calls; an address may change between calls, as behind a proxy. */
  url: string;
  /** What its sign-in gave it. */
  readonly token: string;
  /** Signs in, registers and fetches its configuration. Throws where one of them is refused. */
  connect(): Promise<void>;
  /** One poll: the jobs of its answer. The connection breaks where the signal aborts. */
  poll(signal?: AbortSignal): Promise<AgentJob[]>;
  /** Downloads and runs; answers what it would report. */
  run(job: AgentJob): Promise<AgentReport>;
  /** Reports a result; answers the status, which it does not look at. */
  report(jobId: string, report: AgentReport): Promise<number>;
  keepAlive(): Promise<number>;
  /** Polls, runs and reports until it is disposed; several jobs at once. */
  start(): void;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
}

interface CallOptions {
  body?: unknown;
  authorization?: string;
  signal?: AbortSignal | undefined;
}

export function existingAgent({
  credentials,
  scripts,
  version = '2.1.1',
}: ExistingAgentOptions): ExistingAgent {
  const { client_id, client_secret, client_customer: customer } = credentials;
  const name = credentials.client_hostname || hostname();
  const connections = new Agent({ keepAlive: true });
  const closing = new AbortController();
  const running = new Set<Promise<void>>();
  let token = '';

  function call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const { body, authorization = `Bearer ${token}`, signal = closing.signal } = options;
    const payload = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const outgoing = request(
        new URL(agent.url + path),
        {
          method,
          agent: connections,
          // what it gives up after
          timeout: 15_000,
          signal,
          headers: {
            'user-agent': `theeye-agent/${version}`,
            accept: 'application/json',
            'accept-encoding': 'gzip, deflate',
            authorization,
            ...(payload === undefined
              ? { 'content-length': 0 }
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
          },
        },
        (incoming) => {
          const parts: Buffer[] = [];
          incoming.on('data', (part: Buffer) => parts.push(part));
          incoming.on('error', reject);
          incoming.on('end', () => {
            const bytes = Buffer.concat(parts);
            resolve({ status: incoming.statusCode ?? 0, bytes, body: parsed(bytes.toString()) });
          });
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${path}: no answer in 15 s`)));
      outgoing.on('error', reject);
      outgoing.end(payload);
    });
  }

  async function signIn(): Promise<void> {
    const basic = Buffer.from(`${client_id}:${client_secret}`).toString('base64');
    const { status, body } = await call('POST', '/token', { authorization: `Basic ${basic}` });
    if (status !== 200 || typeof body !== 'string') throw new Error(`the sign-in was answered ${status}`);
    token = body;
  }

  async function download(job: AgentJob, file: string): Promise<void> {
    const { status, bytes } = await call('GET', `/${customer}/script/${job.script.id}/download`);
    if (status !== 200) throw new Error(`get script response error ${status}`);
    await writeFile(file, bytes, { mode: 0o755 });
  }

  const agent: ExistingAgent = {
    url: credentials.api_url,
    get token() {
      return token;
    },
    call,
    async connect() {
      await signIn();
      const info = { platform: platform(), hostname: name, release: release(), arch: arch() };
      const extras = { user: { username: 'agent' }, agent_pid: process.pid };
      const registered = await call('POST', `/host?customer=${customer}`, {
        body: { hostname: name, version, info: { ...info, agent_version: version, extras } },
      });
      if (registered.status !== 200) throw new Error(`the registration was answered ${registered.status}`);
      const config = await call('GET', `/${customer}/agent/${name}/config`);
      if (!Array.isArray((config.body as { workers?: unknown } | undefined)?.workers))
        throw new Error('an agent without workers ends itself');
    },
    async poll(signal) {
      const { status, body } = await call('GET', `/${customer}/job?hostname=${name}`, { signal });
      if (status === 401) await signIn();
      return (body as { jobs?: AgentJob[] } | undefined)?.jobs ?? [];
    },
    async run(job) {
      const file = join(scripts, job.script.filename);
      try {
        if ((await md5Of(file)) !== job.script.md5) await download(job, file);
      } catch (error) {
        const { message, stack } = error as Error;
        return { state: 'failure', data: { lastline: message, log: stack } };
      }
      const words = job.task_arguments_values.map(quoted).join(' ');
      const command = `${job.script_runas.replace('%script%', file)} ${words}`;
      return reportOf(await execute(command, job));
    },
    async report(jobId, report) {
      const { status } = await call('PUT', `/${customer}/job/${jobId}`, { body: { result: report } });
      return status;
    },
    async keepAlive() {
      return (await call('PUT', `/${customer}/agent/${name}`)).status;
    },
    start() {
      const polling = (async () => {
        while (!closing.signal.aborted) {
          const jobs = await agent.poll().catch(() => []);
          for (const job of jobs) {
            const work = agent
              .run(job)
              .then((report) => agent.report(job.id, report))
              // a lost result is lost: it does not try again
              .then(
                () => undefined,
                () => undefined,
              )
              .finally(() => running.delete(work));
            running.add(work);
          }
        }
      })();
      running.add(polling);
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await Promise.all(running);
      connections.destroy();
    },
  };
  return agent;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function md5Of(file: string): Promise<string | undefined> {
  const bytes = await readFile(file).catch(() => undefined);
  return bytes && createHash('md5').update(bytes).digest('hex');
}

/** An argument as a word of a shell's command line. */
function quoted(value: string): string {
  if (value === '') return "''";
  return /^[A-Za-z0-9_/-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

interface Executed {
  code: number | null;
  signal: string | null;
  killed: boolean;
  log: string;
}

/** By the shell, both streams in one; a timeout sends TERM to the shell alone, once. */
function execute(command: string, { timeout, env }: AgentJob): Promise<Executed> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { shell: true, timeout, env: { ...process.env, ...env } });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => (log += text));
    }
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, killed: child.killed, log }));
  });
}

/** What it makes of the end: the last line decides, the exit code does not. */
function reportOf({ code, signal, killed, log }: Executed): AgentReport {
  const lines = log.replace(/\r?\n$/, '').split('\n');
  const lastline = (lines.at(-1) ?? '').trim();
  const data: Record<string, unknown> = {
    code,
    log,
    lastline,
    signal,
    killed,
    times: { seconds: 0, nanoseconds: 1 },
  };
  if (killed) return { state: 'killed', data };
  let value: unknown;
  try {
    value = JSON.parse(lastline);
  } catch {
    return { state: lastline, data };
  }
  if (Array.isArray(value)) return { data: { ...data, output: value } };
  if (typeof value === 'string') return { state: value, data: { ...data, output: value } };
  if (typeof value !== 'object' || value === null) return { state: null, data: { ...data, output: null } };
  const { state, output, data: result } = value as Record<string, unknown>;
  return { state: state || null, data: { ...data, output: output || result || value } };
}
