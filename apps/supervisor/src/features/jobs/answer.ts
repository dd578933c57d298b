import type { Job, State } from '@argus/contract';

/** What a caller that waits for a result wants of the job; the first output parsed as JSON without any of these. */
export interface ResultWish {
  parse?: string;
  output?: string;
  result?: string;
  full?: string;
}

export interface ResultAnswer {
  status: number;
  headers: Record<string, string>;
  /** Text is sent as it is, anything else as JSON; undefined is no body. */
  body: unknown;
  text: boolean;
}

/** How a run went, without its log. */
export interface JobResult {
  state: State;
  lifecycle: string;
  code: number | null;
  signal: string | null;
  killed: boolean;
  reason: string | null;
  output: string[];
  event_name: string | null;
  components: unknown;
  next: unknown;
}

export function resultOf(job: Job): JobResult {
  const { state, lifecycle, exit_code, signal, reason, output, event_name, components, next } = job;
  return {
    state,
    lifecycle,
    code: exit_code,
    signal,
    killed: lifecycle === 'terminated',
    reason,
    output,
    event_name,
    components,
    next,
  };
}

/**
 * What an ended job answers to who waited for it (wire-contract §1.5). The status is 200 for success and 500
 * otherwise, unless the script's output says one: `statusCode` beside its data, or `response` with `statusCode`,
 * `headers` and `body`. A status that redirects or is none is not taken, nor is any header off the list.
 */
export function resultAnswer(job: Job, wish: ResultWish): ResultAnswer {
  const usual = job.state === 'success' ? 200 : 500;
  const json = (body: unknown, status = usual): ResultAnswer => ({ status, headers: {}, body, text: false });
  if (wish.result !== undefined) return json(resultOf(job));
  if (wish.full !== undefined) return json(job);
  if (wish.output !== undefined) return json(job.output);
  const text = job.output[indexOf(wish.parse)];
  if (text === undefined) return json(null);
  const value = parsed(text);
  if (!isObject(value)) return json(value);
  const { response } = value;
  if (!isObject(response)) return json(value, statusOf(value['statusCode']) ?? usual);
  const headers = headersOf(response['headers']);
  const status = statusOf(response['statusCode']) ?? usual;
  const { body } = response;
  if (status === 204) return { status, headers: {}, body: undefined, text: true };
  if (body === undefined || body === null || body === '')
    return { status, headers, body: response, text: false };
  return { status, headers, body, text: typeof body === 'string' && 'content-type' in headers };
}

function indexOf(parse: string | undefined): number {
  const index = Number(parse ?? 0);
  return Number.isInteger(index) && index >= 0 ? index : 0;
}

/** Output that is no JSON is answered as the text it is. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function statusOf(value: unknown): number | undefined {
  const status = typeof value === 'string' ? Number(value) : value;
  if (typeof status !== 'number' || !Number.isInteger(status)) return undefined;
  const redirects = status >= 300 && status < 400;
  return status >= 200 && status <= 599 && !redirects ? status : undefined;
}

/** No cookies, no redirects, nothing that a proxy acts on; and no type that a browser would run. */
const ALLOWED_HEADERS = new Set(['content-type', 'content-disposition', 'content-language', 'retry-after']);
const ALLOWED_TYPE =
  /^(application\/(json|octet-stream|pdf|zip|gzip|x-ndjson|yaml|[\w.+-]+\+json)|text\/(plain|csv|markdown|yaml)|image\/(png|jpeg|gif|webp|avif)|audio\/[\w.+-]+|video\/[\w.+-]+)\s*(;|$)/i;

function headersOf(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  const headers: Record<string, string> = {};
  for (const [name, given] of Object.entries(value)) {
    const key = name.toLowerCase();
    const text = typeof given === 'number' ? String(given) : given;
    // visible ASCII, as HTTP allows; a line break would begin another header
    if (!ALLOWED_HEADERS.has(key) || typeof text !== 'string' || !/^[\x20-\x7e]{1,1000}$/.test(text))
      continue;
    if (key === 'content-type' && !ALLOWED_TYPE.test(text)) continue;
    headers[key] = text;
  }
  return headers;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
