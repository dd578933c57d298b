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

// verbatim: a command
export function curlWithToken(target: ApiTarget): string {
  return curl(`${addressOf(target)}/job`, target, [`--header "Authorization: Bearer $ARGUS_TOKEN"`]);
}

export function curlWithSecret(target: ApiTarget, secret: string): string {
  return curl(secretUrl(target, secret), target, []);
}

function addressOf({ origin, customer, type, id }: ApiTarget): string {
  return `${origin}/${customer}/${type}/${id}`;
}

// verbatim: a command
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
// verbatim: a command
function curlWithFiles(url: string, values: ApiTarget['arguments'], headers: string[]): string {
  const parts = values.map(
    ({ order, isFile, text }) =>
      `--form ${shellQuoted(`task_arguments[${order}]=${isFile ? '@path/of/the/file' : text}`)}`,
  );
  return ['curl -sS --request POST', ...headers, ...parts, `"${url}"`].join(' \\\n  ');
}

/** A form that runs a task and needs no script, for e-mails and static pages. */
// verbatim: HTML
export function htmlForm(target: ApiTarget, secret: string): string {
  const hidden = (name: string, value: string) =>
    `  <input type="hidden" name="${name}" value="${htmlQuoted(value)}">`;
  const hasFiles = target.arguments.some(({ isFile }) => isFile);
  const isTask = target.type === 'task';
  const action = isTask ? `${target.origin}/job/secret/${secret}` : secretUrl(target, secret);
  return [
    `<form action="${action}" method="POST"${hasFiles ? ' enctype="multipart/form-data"' : ''}>`,
    ...(isTask ? [hidden('customer', target.customer), hidden('task', target.id)] : []),
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

/** Where a run is sent, and the body that it is sent with: files have to be added by who writes the program. */
function requestOf(target: ApiTarget): { url: string; body: string } {
  const values = target.arguments.map(({ text }) => text);
  return { url: `${addressOf(target)}/job`, body: JSON.stringify({ task_arguments: values }) };
}

/** For browsers and Node, whatever their version. */
// verbatim: JavaScript
export function javascript(target: ApiTarget): string {
  const { url, body } = requestOf(target);
  return [
    `const response = await fetch(${JSON.stringify(url)}, {`,
    "  method: 'POST',",
    '  headers: {',
    '    authorization: `Bearer ${process.env.ARGUS_TOKEN}`,',
    "    'content-type': 'application/json',",
    '  },',
    `  body: JSON.stringify(${body}),`,
    '});',
    'if (!response.ok) throw new Error(await response.text());',
    'const { id } = await response.json();',
  ].join('\n');
}

// verbatim: Python
export function python(target: ApiTarget): string {
  const { url, body } = requestOf(target);
  return [
    'import json, os, urllib.request',
    '',
    'request = urllib.request.Request(',
    `    ${JSON.stringify(url)},`,
    '    method="POST",',
    `    data=json.dumps(${body}).encode(),`,
    '    headers={',
    '        "Authorization": "Bearer " + os.environ["ARGUS_TOKEN"],',
    '        "Content-Type": "application/json",',
    '    },',
    ')',
    'job = json.load(urllib.request.urlopen(request))',
    'print(job["id"])',
  ].join('\n');
}

/** The command that comes with Argus: it waits for the end where it is told to. */
// verbatim: a command
export function commandLine({ origin, type, id, arguments: values }: ApiTarget): string {
  const given = values.map(({ text }) => ` ${shellQuoted(text)}`).join('');
  return `ARGUS_URL=${origin} npm run argus -- ${type} run ${id}${given}${type === 'workflow' ? ' --wait' : ''}`;
}
