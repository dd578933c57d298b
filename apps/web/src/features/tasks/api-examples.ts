/** What an example needs to know of its task or workflow. */
export interface ApiTarget {
  origin: string;
  customer: string;
  type: 'task' | 'workflow';
  id: string;
  /** What stands for the values that a caller gives. */
  arguments: readonly { order: number; isFile: boolean; text: string }[];
}

export function secretUrl(target: ApiTarget, secret: string): string {
  return `${addressOf(target)}/secret/${secret}/job`;
}

export function curlWithToken(target: ApiTarget): string {
  return curl(`${addressOf(target)}/job`, target, [`--header "Authorization: Bearer $ARGUS_TOKEN"`]);
}

export function curlWithSecret(target: ApiTarget, secret: string): string {
  return curl(secretUrl(target, secret), target, []);
}

function addressOf({ origin, customer, type, id }: ApiTarget): string {
  return `${origin}/${customer}/${type}/${id}`;
}

function curl(url: string, { arguments: values }: ApiTarget, headers: string[]): string {
  if (values.some(({ isFile }) => isFile)) return curlWithFiles(url, values, headers);
  const body = JSON.stringify({ task_arguments: values.map(({ text }) => text) });
  const parts = [
    'curl -sS --request POST',
    ...headers,
    '--header "Content-Type: application/json"',
    `--data ${shellQuoted(body)}`,
    `"${url}"`,
  ];
  return parts.join(' \\\n  ');
}

/** Each argument as a part of its own, files from a path. */
function curlWithFiles(url: string, values: ApiTarget['arguments'], headers: string[]): string {
  const parts = values.map(
    ({ order, isFile, text }) =>
      `--form ${shellQuoted(`task_arguments[${order}]=${isFile ? '@path/of/the/file' : text}`)}`,
  );
  return ['curl -sS --request POST', ...headers, ...parts, `"${url}"`].join(' \\\n  ');
}

/** A form that runs a task and needs no script, for e-mails and static pages. */
export function htmlForm(target: ApiTarget, secret: string): string {
  const hidden = (name: string, value: string) =>
    `  <input type="hidden" name="${name}" value="${htmlQuoted(value)}">`;
  const hasFiles = target.arguments.some(({ isFile }) => isFile);
  return [
    `<form action="${target.origin}/job/secret/${secret}" method="POST"${hasFiles ? ' enctype="multipart/form-data"' : ''}>`,
    hidden('customer', target.customer),
    hidden('task', target.id),
    ...target.arguments.map(({ order, isFile, text }) =>
      isFile
        ? `  <input type="file" name="task_arguments[${order}]">`
        : hidden(hasFiles ? `task_arguments[${order}]` : 'task_arguments[]', text),
    ),
    '  <input type="submit" value="Run">',
    '</form>',
  ].join('\n');
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function htmlQuoted(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
