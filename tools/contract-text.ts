// The whole contract as lines that a review can read as a diff: docs/reference/contract.txt.
import {
  bodyTypes,
  errorsOf,
  fieldList,
  isPaged,
  listedPath,
  namedSchemas,
  objectPart,
  operations,
  otherPaths,
  parametersOf,
  typeText,
  type Field,
  type Operation,
  type SchemaShape,
} from '../packages/contract/src/index.ts';

const NOTE = `Made by tools/reference.ts from packages/contract. Do not edit: run \`npm run reference\`.
Each change of the API shows here: a line that goes away or changes breaks somebody; a line that comes is new.
`;

/** Operations by path and method, then the schemas that they name. */
export function contractText(): string {
  const blocks = Object.entries<Operation>(operations)
    .map(([id, operation]) => ({
      key: `${listedPath(operation)} ${operation.method}`,
      text: block(id, operation),
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ text }) => text);
  const schemas = [...namedSchemas]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, schema]) => schemaBlock(name, schema));
  return [NOTE, ...blocks, 'SCHEMAS\n', ...schemas].join('\n');
}

function block(id: string, operation: Operation): string {
  const { method, permission, audit, body, status, response, produces, page, basic, maxBodyBytes } =
    operation;
  const others = otherPaths(operation);
  const parameters = parametersOf(operation).map(
    ({ name, in: place, required, schema }) =>
      `  ${place} ${name}${required ? '' : '?'}: ${typeText(schema as SchemaShape)}`,
  );
  const open = (operation.query as SchemaShape).additionalProperties === false ? [] : ['  query …: any'];
  const answer = produces ?? (response ? typeText(response) : 'nothing');
  const lines = [
    `${method} ${listedPath(operation)}`,
    `  ${id}, for ${permission}${basic ? ' or HTTP Basic' : ''}${audit ? `, audited as ${audit}` : ''}`,
    ...others.map((path) => `  also ${path}`),
    ...parameters,
    ...open,
    ...(body ? bodyLines(operation, body) : []),
    ...(maxBodyBytes === undefined ? [] : [`  body at most ${maxBodyBytes} bytes`]),
    `  → ${status} ${answer}${page ? ' or text/html' : ''}${isPaged(operation) ? ', Link' : ''}`,
    `  errors ${errorsOf(operation).toSorted().join(' ')}`,
  ];
  return `${lines.join('\n')}\n`;
}

function bodyLines(operation: Operation, body: SchemaShape): string[] {
  const types = bodyTypes(operation).map((type) => type.replace('application/', ''));
  return [`  body ${typeText(body)} as ${types.join(', ')}`];
}

function schemaBlock(name: string, schema: SchemaShape): string {
  const object = objectPart(schema);
  if (!object.properties) {
    const { description: _said, ...bare } = schema;
    return `${name} = ${typeText(bare)}\n`;
  }
  const closed = object.additionalProperties === false ? ', nothing else' : '';
  return [`${name}${closed}`, ...fieldList(object).map(fieldLine), ''].join('\n');
}

function fieldLine({ name, type, required }: Field): string {
  return `  ${name}${required ? '' : '?'}: ${type}`;
}
