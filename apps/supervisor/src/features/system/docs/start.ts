import { ERRORS, errorExample, exampleOf, ROLES } from '@argus/contract';
import { html, type Html } from '../../../platform/http/html.ts';
import { prettyJson } from './curl.ts';

/** Chapters before the operations: what somebody needs who has never called this API. */
export function startParts(origin: string): { id: string; title: string; body: Html }[] {
  const { task } = (exampleOf('createJob').body ?? {}) as { task: string };
  return [
    {
      id: 'token',
      title: 'A token',
      body: html`<p>
          A program shows who it is with an <b>integration token</b>. An admin makes one on the page
          <i>Integration tokens</i>, or with <a href="#createToken">createToken</a>; it is shown once. The
          first one was written to <code>admin-token</code> in the server’s data directory. Send it in exactly
          one of three places:
        </p>
        <pre><code>curl -sS -H "Authorization: Bearer $TOKEN" ${origin}/demo/task
curl -sS "${origin}/demo/task?access_token=$TOKEN"        # ends up in logs and histories of others
curl -sS -H 'Content-Type: application/json' -d '{"access_token": "'$TOKEN'", "task": "${task}"}' ${origin}/demo/job</code></pre>
        <p>
          A token has a role. Each may do what those before it may: ${ROLES.join(', ')}. Access lists narrow
          this for single tasks: what yours does not admit is answered as if it did not exist.
        </p>`,
    },
    {
      id: 'organization',
      title: 'The organization',
      body: html`<p>
        Paths begin with the name of the organization, <code>demo</code> after a first start. Each works
        without it too: the organization is then the token’s. A <code>customer</code> in body or query is the
        same as one in the path. It must be the token’s own: an unknown one is answered 404, somebody else’s
        409.
      </p>`,
    },
    {
      id: 'first-run',
      title: 'A first run',
      body: html`<p>Which tasks there are, run one, see how it went, read its log:</p>
        <pre><code>curl -sS -H "Authorization: Bearer $TOKEN" ${origin}/demo/task
curl -sS -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
  -d '{"task_arguments": ["90"]}' ${origin}/demo/task/${task}/job
curl -sS -H "Authorization: Bearer $TOKEN" ${origin}/demo/job/JOB
curl -sS -H "Authorization: Bearer $TOKEN" ${origin}/demo/job/JOB/log</code></pre>
        <p>
          A run is answered with its <a href="#schema-Job">job</a> as soon as it is stored.
          <code>lifecycle</code> says where it is, <code>state</code> how it went; it has ended when
          <code>finished_at</code> is set. <a href="#followJobLog">followJobLog</a> tells every change and
          every line as it comes.
        </p>`,
    },
    {
      id: 'secret',
      title: 'Without a token',
      body: html`<p>
          Each task has a secret key (<a href="#getTaskCredentials">getTaskCredentials</a>), which runs this
          task and nothing else: for hooks, for other programs, for a button in an e-mail.
        </p>
        <pre><code>curl -sS -H 'Content-Type: application/json' -d '{"customer": "demo", "task": "${task}"}' ${origin}/job/secret/SECRET

&lt;form action="${origin}/job/secret/SECRET" method="POST"&gt;
  &lt;input type="hidden" name="customer" value="demo"&gt;
  &lt;input type="hidden" name="task" value="${task}"&gt;
  &lt;input type="hidden" name="task_arguments[]" value="90"&gt;
  &lt;input type="submit" value="Run"&gt;
&lt;/form&gt;</code></pre>`,
    },
    {
      id: 'bodies',
      title: 'Bodies',
      body: html`<p>
        JSON, with its <code>Content-Type</code>: curl’s own default says that a body is a form. What creates
        a job takes forms too, urlencoded or multipart. Fields that a request does not have are refused by
        name. Times are ISO 8601 in UTC, durations seconds, ids 24 lower-case hex digits that sort by time.
      </p>`,
    },
    {
      id: 'lists',
      title: 'Lists and pages',
      body: html`<p>
          Lists are arrays. <code>limit</code> makes pages of them, and each but the last has the next one in
          its <code>Link</code> header. Without a limit, definitions come whole and histories with their
          newest 100.
        </p>
        <pre><code>Link: &lt;/demo/job?limit=100&amp;cursor=01a20ce4063b5e6f7a8b9c0d&gt;; rel="next"</code></pre>`,
    },
    {
      id: 'errors',
      title: 'Errors',
      body: html`<p>
          Every error is JSON of one shape. Decide by <code>code</code>; <code>message</code> is for people,
          and <code>errors</code> names the fields where the fault lies in some. The
          <code>X-Request-Id</code> of an answer finds it in the server’s log.
        </p>
        <pre><code>${prettyJson(errorExample('invalid_arguments'))}</code></pre>
        <div class="table">
          <table>
            <tbody>
              ${Object.entries(ERRORS).map(
                ([code, { status, message }]) =>
                  html` <tr id="error-${code}">
                    <th scope="row">${status} <code>${code}</code></th>
                    <td>${message}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>`,
    },
  ];
}
