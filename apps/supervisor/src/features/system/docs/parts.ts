import {
  bodyTypes,
  ERRORS,
  errorsOf,
  exampleOf,
  fieldList,
  isPaged,
  listedPath,
  objectPart,
  otherPaths,
  parametersOf,
  schemaName,
  typeText,
  type Field,
  type Operation,
  type OperationId,
  type SchemaShape,
} from '@argus/contract';
import { html, type Html } from '../../../platform/http/html.ts';
import { curlLine, prettyJson } from './curl.ts';

const WHO: Readonly<Record<string, string>> = {
  public: 'everyone, without a token',
  secret: 'whoever has the secret key, without a token',
  signed_in: 'everyone with a token',
  session: 'people who signed in',
  bot: 'bots, with their own credential',
  instance_admin: 'administrators of the server',
};

/** One operation with everything that a caller must know of it. */
export function operationPart(id: OperationId, operation: Operation, origin: string): Html {
  const { method, summary, description, permission, page } = operation;
  const others = otherPaths(operation);
  return html`<article id="${id}">
    <h3><a href="#${id}">${summary}</a></h3>
    <p class="route">
      <b class="${method.toLowerCase()}">${method}</b> <code>${listedPath(operation)}</code>
    </p>
    ${others.length > 0 ? html`<p class="also">also ${others.map((path, index) => html`${index > 0 ? ', ' : ''}<code>${path}</code>`)}</p>` : undefined}
    <p class="who">For ${WHO[permission] ?? html`the role <b>${permission}</b> and above`}.</p>
    ${description === undefined ? undefined : html`<p>${withCode(description)}</p>`}
    ${page ? html`<p>A browser that asks for HTML gets a small page that shows the job until its end; everyone else gets JSON.</p>` : undefined}
    ${parameterPart(operation)} ${bodyPart(operation)}
    <h4>Example</h4>
    <pre><code>${curlLine(id, operation, origin)}</code></pre>
    ${answerPart(id, operation)} ${errorPart(operation)}
  </article> `;
}

function parameterPart(operation: Operation): Html | undefined {
  const rows = parametersOf(operation)
    .filter(({ name }) => name !== 'customer')
    .map(({ name, in: place, required, schema, description }) => ({
      name,
      type: typeText(schema as SchemaShape),
      required,
      description: `${description}${place === 'path' ? '' : ` (${place})`}`,
    }));
  return rows.length === 0
    ? undefined
    : html`<h4>Parameters</h4>
        ${fieldTable(rows)}`;
}

function bodyPart(operation: Operation): Html | undefined {
  if (operation.body === null) return undefined;
  const object = objectPart(operation.body);
  const fields = fieldList(object);
  const ignored = fields.filter(({ description }) => description.startsWith('Read only'));
  const taken = fields.filter((field) => !ignored.includes(field));
  return html`<h4>Body <small>${bodyTypes(operation).join(', ')}</small></h4>
    ${object.description === undefined ? undefined : html`<p>${withCode(object.description)}</p>`}
    ${taken.length > 0 ? fieldTable(taken) : undefined}
    ${ignored.length > 0 ? html`<p class="also">Also taken, and ignored: ${ignored.map(({ name }, index) => html`${index > 0 ? ', ' : ''}<code>${name}</code>`)}</p>` : undefined}`;
}

function answerPart(id: OperationId, operation: Operation): Html {
  const { status, response, produces } = operation;
  const { response: example, text } = exampleOf(id);
  const what = produces ?? (response ? linked(response) : 'no body');
  const shown = response ? prettyJson(example) : text;
  return html`<h4>
      Answer
      <small
        >${status},
        ${what}${isPaged(operation) ? html`, page by page (<a href="#lists">Link</a>)` : ''}</small
      >
    </h4>
    ${shown === undefined ? undefined : html`<pre><code>${shown}</code></pre>`}`;
}

function errorPart(operation: Operation): Html | undefined {
  const codes = errorsOf(operation).toSorted((a, b) => ERRORS[a].status - ERRORS[b].status);
  if (codes.length === 0) return undefined;
  return html`<p class="errors">
    Errors:
    ${codes.map(
      (code, index) =>
        html`${index > 0 ? ', ' : ''}${ERRORS[code].status}&nbsp;<a href="#error-${code}">${code}</a>`,
    )}
  </p>`;
}

/** What a schema takes, with a link where it has a name. */
function linked(schema: SchemaShape): Html {
  const name = schemaName(schema);
  if (name !== undefined) return html`<a href="#schema-${name}">${name}</a>`;
  const item = schema.type === 'array' ? schemaName(schema.items) : undefined;
  return item === undefined
    ? html`${typeText(schema)}`
    : html`a list of <a href="#schema-${item}">${item}</a>`;
}

export function fieldTable(fields: readonly Field[]): Html {
  return html`<div class="table">
    <table>
      <tbody>
        ${fields.map(
          ({ name, type, required, description }) =>
            html` <tr>
              <th scope="row"><code>${name}</code>${required ? html` <small>required</small>` : ''}</th>
              <td>
                <code class="type">${type}</code
                >${description === '' ? '' : html`<br />${withCode(description)}`}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Text of the contract: what stands in backticks is code. */
export function withCode(text: string): Html[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}
