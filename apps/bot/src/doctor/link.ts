import { lookup } from 'node:dns/promises';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions, request as httpsRequest } from 'node:https';
import { connect, isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { OLDEST_PROTOCOL, PROTOCOL_VERSION } from '@argus/contract/limits';
import { proxyFor, type Proxy } from '../link/proxy.ts';
import { reasonOf } from '../log.ts';
import { fail, ok, warn, type Finding } from './check.ts';
import { adviceOnTls, clockOffset } from './rules.ts';

const TIMEOUT_MS = 5_000;
/** Below this a clock is in order: TLS and people that compare logs need no better one. */
const CLOCK_OFF_S = 5;
const CERTIFICATE_DAYS = 14;
const NO_SCRIPT = '0'.repeat(64);

/** What the way to the supervisor is like, from the name to the credential; each step needs the ones before it. */
export async function checkLink(
  url: string,
  credential: string | undefined,
  env: NodeJS.ProcessEnv,
  tls: Pick<AgentOptions, 'ca'> = {},
): Promise<Finding[]> {
  let proxy: Proxy | undefined;
  try {
    proxy = proxyFor(url, env);
  } catch (error) {
    return [fail('proxy', reasonOf(error), 'correct the variable')];
  }
  const found: Finding[] = [
    proxy === undefined
      ? ok('proxy', 'none is used')
      : ok('proxy', `${proxy.shown} is used (${proxy.variable})`),
  ];
  const next = new URL(proxy?.address ?? url);
  const what = proxy === undefined ? 'the supervisor' : 'the proxy';
  for (const step of [() => checkName(next, what), () => checkPort(next, what)]) {
    const finding = await step();
    found.push(finding);
    if (finding.result === 'fail') return found;
  }
  return [...found, ...(await checkSupervisor(url, credential, { proxy, tls }))];
}

async function checkName({ hostname }: URL, what: string): Promise<Finding> {
  const name = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(name) !== 0) return ok('name', `${what} is named by its address`);
  try {
    const addresses = await lookup(name, { all: true });
    return ok('name', `${name} is ${addresses.map(({ address }) => address).join(', ')}`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return fail(
      'name',
      `the name ${name} of ${what} is not found (${code})`,
      code === 'EAI_AGAIN'
        ? 'the name server does not answer: look at /etc/resolv.conf and the network'
        : 'correct the name (ARGUS_URL), or add it to the name server or /etc/hosts',
    );
  }
}

function checkPort(url: URL, what: string): Promise<Finding> {
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const place = `${url.hostname}:${port}`;
  return new Promise((resolve) => {
    const socket = connect({ host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port, timeout: TIMEOUT_MS });
    const end = (finding: Finding) => {
      socket.destroy();
      resolve(finding);
    };
    socket.once('connect', () => end(ok('port', `${place} accepts connections`)));
    socket.once('timeout', () =>
      end(
        fail('port', `${place} does not answer`, `a firewall may drop it: let this machine reach ${place}`),
      ),
    );
    socket.once('error', ({ code }: NodeJS.ErrnoException) =>
      end(
        fail(
          'port',
          `${place} cannot be reached (${code})`,
          code === 'ECONNREFUSED'
            ? `nothing listens there: start ${what}, or correct the port in ARGUS_URL`
            : `look at the network and at routes to ${url.hostname}`,
        ),
      ),
    );
  });
}

interface Answer {
  response: IncomingMessage;
  body: string;
  certificate: { validTo: Date } | undefined;
}

/** How to get to the supervisor. */
interface Way {
  proxy: Proxy | undefined;
  tls: Pick<AgentOptions, 'ca'>;
}

async function checkSupervisor(url: string, credential: string | undefined, way: Way): Promise<Finding[]> {
  const { proxy } = way;
  let answer: Answer;
  try {
    answer = await get(`${url}/api/status`, way);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const advice = adviceOnTls(code, reasonOf(error));
    if (advice !== undefined) return [fail('tls', `no secure connection (${code})`, advice)];
    const wayThere =
      proxy === undefined ? 'is it the supervisor that listens there?' : `may ${proxy.shown} connect to it?`;
    return [fail('http', `${url} does not answer (${code || reasonOf(error)})`, wayThere)];
  }
  const found: Finding[] = [];
  if (url.startsWith('https:')) found.push(checkCertificate(answer.certificate));
  found.push(checkClock(answer.response.headers.date));
  const status = checkStatus(answer);
  found.push(status);
  if (status.result === 'fail') return found;
  found.push(checkProtocol(answer.body));
  if (credential !== undefined) found.push(await checkCredential(url, credential, way));
  return found;
}

function checkCertificate(certificate: Answer['certificate']): Finding {
  if (certificate === undefined) return ok('tls', 'the connection is secure');
  const days = Math.floor((certificate.validTo.getTime() - Date.now()) / 86_400_000);
  const message = `the certificate is trusted and valid for ${days} days`;
  return days < CERTIFICATE_DAYS
    ? warn('tls', message, 'renew it at the supervisor in time')
    : ok('tls', message);
}

function checkClock(date: string | undefined): Finding {
  const offset = clockOffset(date, Date.now());
  if (offset === undefined)
    return warn('time', 'the supervisor does not say its time', 'compare the clocks by hand');
  const message = `this machine's clock is ${Math.abs(offset)} s ${offset < 0 ? 'behind' : 'ahead of'} the supervisor's`;
  return Math.abs(offset) > CLOCK_OFF_S
    ? warn('time', message, 'set the clock, and keep it by NTP: certificates are judged by it')
    : ok('time', 'this machine and the supervisor have the same time');
}

function checkStatus({ response, body }: Answer): Finding {
  const { statusCode = 0 } = response;
  const status = statusOf(body);
  if (statusCode !== 200 || status.version === undefined) {
    return fail(
      'http',
      `/api/status is answered with ${statusCode}, not by an Argus supervisor`,
      statusCode >= 500
        ? 'something before the supervisor answers for it: is it running?'
        : 'correct ARGUS_URL: it is the address of the supervisor, with the path below which it lives',
    );
  }
  return status.status === 'ok'
    ? ok('http', `the supervisor (version ${status.version}) is well`)
    : warn(
        'http',
        `the supervisor (version ${status.version}) says that it is ${status.status}`,
        'look at its log',
      );
}

function checkProtocol(body: string): Finding {
  const { protocol } = statusOf(body);
  const spoken = `the bot speaks bot protocol ${OLDEST_PROTOCOL} to ${PROTOCOL_VERSION}, the supervisor ${protocol}`;
  // each speaks its own and the one before
  if (typeof protocol === 'number' && protocol >= OLDEST_PROTOCOL && protocol <= PROTOCOL_VERSION + 1)
    return protocol === PROTOCOL_VERSION
      ? ok('version', spoken)
      : warn('version', spoken, 'they work together: upgrade the older one when it suits you');
  return fail('version', spoken, 'upgrade the older one: only versions one apart work together');
}

/** Asks for a script that nobody has: only a bot is told so. */
async function checkCredential(url: string, credential: string, way: Way): Promise<Finding> {
  const { response } = await get(`${url}/bot/scripts/${NO_SCRIPT}`, way, credential);
  return response.statusCode === 401
    ? fail(
        'credential',
        'the supervisor does not know the credential (any more)',
        'enrol this bot again with --enroll',
      )
    : ok('credential', 'it is accepted');
}

function statusOf(body: string): { status?: string; version?: string; protocol?: number } {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}

function get(url: string, { proxy, tls }: Way, credential?: string): Promise<Answer> {
  const isSecure = url.startsWith('https:');
  const options = { ...tls, ...(proxy && { proxyEnv: { HTTPS_PROXY: proxy.address } }) };
  const agent = isSecure ? new HttpsAgent(options) : new HttpAgent(options);
  return new Promise((resolve, reject) => {
    const request = (isSecure ? httpsRequest : httpRequest)(url, {
      agent,
      timeout: TIMEOUT_MS,
      headers: credential === undefined ? {} : { authorization: `Bearer ${credential}` },
    });
    request.once('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    request.once('error', reject);
    request.once('response', (response) => {
      const certificate = isSecure ? (response.socket as TLSSocket).getPeerCertificate() : undefined;
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        if (body.length < 65_536) body += text;
      });
      response.once('error', reject);
      response.once('end', () => {
        agent.destroy();
        resolve({
          response,
          body,
          certificate: certificate?.valid_to ? { validTo: new Date(certificate.valid_to) } : undefined,
        });
      });
    });
    request.end();
  });
}
