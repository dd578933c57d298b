import type { HttpRequest } from '@argus/contract';

/** How values are put into a text: as they are, or so that they stay one value of an address or of JSON. */
export type Filling = 'text' | 'address' | 'json' | 'line';

const ENCODE: Readonly<Record<Filling, (value: string) => string>> = {
  text: (value) => value,
  address: encodeURIComponent,
  // what is put between the quotes of a JSON string
  json: (value) => JSON.stringify(value).slice(1, -1),
  // a header ends at a line break: no value may begin another one
  line: (value) => value.replaceAll(/[\r\n\0]+/g, ' '),
};

/**
 * A text with `{0}`, `{1}` … and `{label}` replaced by values, each once: what a value holds is never read as a
 * placeholder again. A placeholder of which there is no value stays as it is.
 */
export function filled(
  text: string,
  values: readonly string[],
  labels: readonly (string | undefined)[],
  filling: Filling,
): string {
  return text.replaceAll(/\{([^{}\n]{1,200})\}/g, (whole, name: string) => {
    const place = /^\d{1,3}$/.test(name) ? Number(name) : labels.indexOf(name);
    const value = place < 0 ? undefined : values[place];
    return value === undefined ? whole : ENCODE[filling](value);
  });
}

/** How a body is filled: into JSON so that it stays JSON. */
export function fillingOf({ headers, body }: Pick<HttpRequest, 'headers' | 'body'>): Filling {
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  if (type !== undefined) {
    if (/\bjson\b/i.test(type)) return 'json';
    return /x-www-form-urlencoded/i.test(type) ? 'address' : 'text';
  }
  return /^\s*[[{]/.test(body) ? 'json' : 'text';
}

/** Whether a status is one of those that count as success. */
export function isExpected(expected: string, status: number): boolean {
  return new RegExp(statusPattern(expected)).test(`${status}`);
}

/** `2xx,404` as a pattern of what counts as success. */
export function statusPattern(expected: string): string {
  const parts = (expected.trim() || '2xx').split(',').map((one) => one.trim().replaceAll('x', '\\d'));
  return `^(?:${parts.join('|')})$`;
}

/** The request of a task, with the arguments of a job in it. */
export function filledRequest(
  request: HttpRequest,
  values: readonly string[],
  labels: readonly (string | undefined)[],
): Pick<HttpRequest, 'url' | 'method' | 'headers' | 'body'> {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name.toLowerCase(),
      filled(value, values, labels, 'line'),
    ]),
  );
  const filling = fillingOf(request);
  if (filling === 'json' && request.body !== '') headers['content-type'] ??= 'application/json';
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  return {
    url: filled(request.url, values, labels, 'address'),
    method: request.method,
    headers,
    body: hasBody ? filled(request.body, values, labels, filling) : '',
  };
}

/** Recipients by what they are: addresses of anybody, ids of channels, and entries that name members. */
export function sorted(
  recipients: readonly string[],
  members: readonly { email: string; user_id: string }[],
): { addresses: string[]; channels: string[] } {
  const known = new Set(members.map(({ email }) => email.toLowerCase()));
  const isId = (one: string) => /^[0-9a-f]{24}$/.test(one);
  return {
    addresses: recipients.filter((one) => one.includes('@') && !known.has(one.toLowerCase())),
    channels: recipients.filter(isId),
  };
}
