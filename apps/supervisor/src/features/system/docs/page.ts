import {
  fieldList,
  namedSchemas,
  objectPart,
  operations,
  TAGS,
  typeText,
  type Operation,
  type OperationId,
  type SchemaShape,
} from '@argus/contract';
import { html, pageText, type Html } from '../../../platform/http/html.ts';
import { fieldTable, operationPart, withCode } from './parts.ts';
import { startParts } from './start.ts';
import { STYLE } from './style.ts';

/** The whole API as one page for people, from the same table as the OpenAPI document. */
export function docsPage({ version, server }: { version: string; server: string }): string {
  const start = startParts(server);
  const tags = [
    ...Map.groupBy(Object.entries<Operation>(operations) as [OperationId, Operation][], ([, { tag }]) => tag),
  ];
  const schemas = answeredSchemas();
  return pageText({
    title: 'Argus API',
    style: STYLE,
    body: html`<header>
        <h1>Argus API <small>${version}</small></h1>
        <p><a href="/openapi.json">openapi.json</a> <a href="/app/">Web page</a></p>
      </header>
      <nav aria-label="Contents">
        <details open>
          <summary>Contents</summary>
          <h2>Start here</h2>
          <ul>
            ${start.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
          </ul>
          ${tags.map(
            ([tag, list]) =>
              html`<h2>${capital(tag)}</h2>
                <ul>
                  ${list.map(
                    ([id, { method, path }]) =>
                      html`<li>
                        <a href="#${id}"><b class="${method.toLowerCase()}">${method}</b> ${path}</a>
                      </li>`,
                  )}
                </ul> `,
          )}
          <h2>Schemas</h2>
          <ul>
            ${schemas.map(([name]) => html`<li><a href="#schema-${name}">${name}</a></li>`)}
          </ul>
        </details>
      </nav>
      <main>
        ${start.map(
          ({ id, title, body }) =>
            html`<section id="${id}">
              <h2><a href="#${id}">${title}</a></h2>
              ${body}
            </section>`,
        )}
        ${tags.map(
          ([tag, list]) =>
            html`<section>
              <h2 id="tag-${tag.replaceAll(' ', '-')}">${capital(tag)}</h2>
              ${TAGS[tag]} ${list.map(([id, operation]) => operationPart(id, operation, server))}
            </section>`,
        )}
        <section>
          <h2 id="schemas">Schemas</h2>
          ${schemas.map(([name, schema]) => schemaPart(name, schema))}
        </section>
      </main>`,
  });
}

/** The named schemas that answers refer to, and what those refer to; bodies show theirs in place. */
function answeredSchemas(): [string, SchemaShape][] {
  const bodies = new Set<unknown>(
    Object.values<Operation>(operations).flatMap(({ body }) =>
      body ? [objectPart(body as SchemaShape), body] : [],
    ),
  );
  return ([...namedSchemas] as [string, SchemaShape][])
    .filter(([, schema]) => !bodies.has(schema))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function schemaPart(name: string, schema: SchemaShape): Html {
  const object = objectPart(schema);
  const { description, ...bare } = object;
  return html`<article id="schema-${name}">
    <h3><a href="#schema-${name}">${name}</a></h3>
    ${description === undefined ? undefined : html`<p>${withCode(description)}</p>`}
    ${object.properties ? fieldTable(fieldList(object)) : html`<p><code class="type">${typeText(bare)}</code></p>`}
  </article>`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
