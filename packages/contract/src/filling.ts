import { secretNamed } from './secret-references.ts';
import type { HttpRequest, Message } from './task-types.ts';

/** How values are put into a text: as they are, or so that they stay one value of an address or of JSON. */
type Filling = 'text' | 'address' | 'json' | 'line';

const ENCODE: Readonly<Record<Filling, (value: string) => string>> = {
  text: (value) => value,
  address: encodeURIComponent,
  // what is put between the quotes of a JSON string
  json: (value) => JSON.stringify(value).slice(1, -1),
  // a header ends at a line break: no value may begin another one
  line: (value) => value.replaceAll(/[\r\n\0]+/g, ' '),
};

/**
 * A text with `{0}`, `{1}` …, `{label}` and `{secret:NAME}` replaced by values, each once: what a value holds is never
 * read as a placeholder again. A placeholder of which there is no value stays as it is.
 */
export function filled(
  text: string,
  values: readonly string[],
  labels: readonly (string | undefined)[],
  filling: Filling,
  secrets: ReadonlyMap<string, string> = NO_SECRETS,
): string {
  return text.replaceAll(/\{([^{}\n]{1,200})\}/g, (whole, name: string) => {
    const secret = secretNamed(name);
    const place = /^\d{1,3}$/.test(name) ? Number(name) : labels.indexOf(name);
    const value = secret === undefined ? values[place] : secrets.get(secret);
    return value === undefined ? whole : ENCODE[filling](value);
  });
}

const NO_SECRETS: ReadonlyMap<string, string> = new Map();

/** How a body is filled: into JSON so that it stays JSON. */
export function fillingOf({ headers, body }: Pick<HttpRequest, 'headers' | 'body'>): Filling {
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  if (type !== undefined) {
    if (/\bjson\b/i.test(type)) return 'json';
    return /x-www-form-urlencoded/i.test(type) ? 'address' : 'text';
  }
  return /^\s*[[{]/.test(body) ? 'json' : 'text';
}

/** The texts of a request that may name secrets. */
export function textsOfRequest({
  url,
  headers,
  body,
}: Pick<HttpRequest, 'url' | 'headers' | 'body'>): string[] {
  return [url, ...Object.values(headers), body];
}

/** The request of a task, with the arguments of a job and the secrets that it names in it. */
export function filledRequest(
  request: HttpRequest,
  values: readonly string[],
  labels: readonly (string | undefined)[],
  secrets: ReadonlyMap<string, string> = NO_SECRETS,
): Pick<HttpRequest, 'url' | 'method' | 'headers' | 'body'> {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name.toLowerCase(),
      filled(value, values, labels, 'line', secrets),
    ]),
  );
  const filling = fillingOf(request);
  if (filling === 'json' && request.body !== '') headers['content-type'] ??= 'application/json';
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  return {
    url: filled(request.url, values, labels, 'address', secrets),
    method: request.method,
    headers,
    body: hasBody ? filled(request.body, values, labels, filling, secrets) : '',
  };
}

/** Arguments of these labels stand in for what the task says, as existing tasks have them. */
const OVERRIDES = ['subject', 'body', 'recipients'] as const;

/** What a notification says, and to whom, with the arguments of a job in it. An empty subject: the name of the job. */
export function filledMessage(
  message: Message,
  values: readonly string[],
  labels: readonly (string | undefined)[],
): Message {
  const given = Object.fromEntries(
    OVERRIDES.map((name) => {
      const place = labels.findIndex((label) => label?.toLowerCase() === name);
      return [name, place < 0 ? '' : (values[place] ?? '')];
    }),
  ) as Record<(typeof OVERRIDES)[number], string>;
  const fill = (text: string) => filled(text, values, labels, 'text');
  return {
    subject: given.subject || fill(message.subject),
    body: given.body || fill(message.body),
    recipients: given.recipients === '' ? message.recipients.map(fill) : listOf(given.recipients),
  };
}

/** One address, several with commas, or a JSON list. */
function listOf(text: string): string[] {
  if (text.trimStart().startsWith('[')) {
    try {
      const list: unknown = JSON.parse(text);
      if (Array.isArray(list)) return list.filter((one) => typeof one === 'string');
    } catch {
      // it is no JSON: read as a list with commas
    }
  }
  return text
    .split(/[,;\n]/)
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
