import { exampleOf, isOpen, listedPath, type Operation, type OperationId } from '@argus/contract';

/** The example of an operation as a line for a POSIX shell; the token is in `$TOKEN`. */
export function curlLine(id: OperationId, operation: Operation, origin: string): string {
  const { method, accepts, basic } = operation;
  const { params, query, body } = exampleOf(id);
  const path = listedPath(operation).replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    name === 'customer' ? 'demo' : encodeURIComponent(params[name] ?? ''),
  );
  const search = new URLSearchParams(query).toString();
  const address = `${origin}${path}${search && `?${search}`}`;
  const words = [
    method === 'GET' || (method === 'POST' && body !== undefined) ? 'curl -sS' : `curl -sS -X ${method}`,
    ...(isOpen(operation) ? [] : [`-H "Authorization: Bearer $TOKEN"`]),
    ...(body === undefined ? [] : [`-H 'Content-Type: application/json'`, `-d ${quoted(prettyJson(body))}`]),
    quoted(address),
  ];
  const lines = [words.join(' \\\n  ')];
  if (accepts === 'upload') lines.push(`# or a file:\n${uploadLine(method, address)}`);
  if (basic) lines.push(`# or:\ncurl -sS -X ${method} -u ada@example.org ${quoted(address)}`);
  return lines.join('\n\n');
}

function uploadLine(method: string, address: string): string {
  const verb = method === 'POST' ? '' : ` -X ${method}`;
  return `curl -sS${verb} -H "Authorization: Bearer $TOKEN" -F file=@disk-report.sh ${quoted(address)}`;
}

/** A word for a shell, in single quotes where it needs them. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** JSON with short lists and objects on one line, as people write it. */
export function prettyJson(value: unknown, indent = ''): string {
  const flat = JSON.stringify(value) ?? 'null';
  if (typeof value !== 'object' || value === null) return flat;
  const inner = `${indent}  `;
  const entries = Array.isArray(value)
    ? value.map((one) => prettyJson(one, inner))
    : Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${prettyJson(one, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const line = Array.isArray(value) ? `[${entries.join(', ')}]` : `{ ${entries.join(', ')} }`;
  if (entries.length === 0) return `${open}${close}`;
  if (!line.includes('\n') && line.length <= 76 - indent.length) return line;
  return `${open}\n${entries.map((entry) => inner + entry).join(',\n')}\n${indent}${close}`;
}
