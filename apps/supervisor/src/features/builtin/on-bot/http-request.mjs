/* oxlint-disable no-console -- the log of a job is what its script writes */
// Sends the request of an HTTP task from the machine of a bot. It is given by the environment, since it may hold secrets, in
// pieces, since one variable has a limit of 128 KiB. Runs on Node 18 and later, without any package.
import { writeFile } from 'node:fs/promises';

const BODY_MAX_BYTES = 512 * 1024;
let text = '';
for (let piece = 0; process.env[`ARGUS_HTTP_REQUEST_${piece}`] !== undefined; piece++)
  text += process.env[`ARGUS_HTTP_REQUEST_${piece}`];
const { url, method, headers, body, statuses, pattern } = JSON.parse(text);

const REDIRECTS_MAX = 3;
// any other may prove who asks, whatever it is called
const HARMLESS = new Set(['accept', 'accept-language', 'content-type', 'user-agent']);

// fetch itself would take a key along to another host that is in a header of its own
async function follow(address, init) {
  for (let redirects = 0; ; redirects++) {
    const response = await fetch(address, { ...init, redirect: 'manual' });
    const location = response.headers.get('location');
    const keeps = response.status === 307 || response.status === 308;
    if (location === null || !(keeps || [301, 302, 303].includes(response.status))) return response;
    if (redirects === REDIRECTS_MAX) throw new Error(`it redirects more than ${REDIRECTS_MAX} times`);
    await response.body?.cancel();
    const [from, to] = [new URL(address), new URL(location, address)];
    if (from.host !== to.host || (from.protocol === 'https:' && to.protocol !== 'https:'))
      init.headers = Object.fromEntries(
        Object.entries(init.headers).filter(([name]) => HARMLESS.has(name.toLowerCase())),
      );
    if (!keeps && init.method !== 'HEAD') init = { method: 'GET', headers: init.headers };
    address = to.href;
  }
}

let result;
try {
  console.log(`${method} ${new URL(url).origin}${new URL(url).pathname}`);
  const response = await follow(url, { method, headers, ...(body !== '' && { body }) });
  const bytes = Buffer.from(await response.arrayBuffer());
  console.log(`status ${response.status}, ${bytes.length} bytes`);
  if (bytes.length > BODY_MAX_BYTES)
    throw new Error(`it answered ${bytes.length} bytes, more than ${BODY_MAX_BYTES}`);
  const answer = bytes.toString('utf8');
  const hasStatus = new RegExp(statuses).test(`${response.status}`);
  if (!hasStatus) console.error('this status is not expected');
  // of whoever wrote the task, in a process of its own with the task's time limit
  const isExpected = hasStatus && (pattern === '' || new RegExp(pattern).test(answer));
  if (hasStatus && !isExpected) console.error('the body does not match');
  result = {
    state: isExpected ? 'success' : 'failure',
    data: [answer, JSON.stringify(Object.fromEntries(response.headers)), `${response.status}`],
  };
} catch (error) {
  console.error(`the address cannot be reached: ${error.cause?.message ?? error.message}`);
  result = { state: 'failure', data: [] };
}
await writeFile(process.env.ARGUS_RESULT_FILE, JSON.stringify(result));
process.exitCode = result.state === 'success' ? 0 : 1;
