import type { Pending } from '@argus/contract';
import type { FastifyReply } from 'fastify';
import { html, sendPage, type Html } from '../../platform/http/html.ts';

/**
 * The page that the link of an approval leads to: it shows what is asked and has the two buttons. Opening it changes
 * nothing, so whatever follows links in mails decides nothing.
 */
export function sendApproval(
  reply: FastifyReply,
  pending: Pending,
  me: string,
  notice?: string,
): FastifyReply {
  const mine = pending.decisions.find(({ user_id }) => user_id === me);
  const canAct = pending.is_open && mine === undefined;
  const word = wordFor(pending, mine?.decision);
  return sendPage(reply, {
    title: `${word} – ${pending.task.name}`,
    style: STYLE,
    posts: true,
    body: html`<main class="${canAct ? 'open' : mine?.decision === 'reject' ? 'bad' : 'good'}">
      <p class="state" role="status">${word}</p>
      <h1>${pending.task.name}</h1>
      ${notice === undefined ? undefined : html`<p class="notice" role="alert">${notice}</p>`}
      ${pending.message === '' ? undefined : html`<p class="message">${pending.message}</p>`}
      <dl>
        ${valuesOf(pending)}
        <dt>Asked by</dt>
        <dd>
          ${pending.started_by}${pending.workflow === null ? undefined : html`, ${pending.workflow.name}`}
        </dd>
        <dt>Organization</dt>
        <dd>${pending.customer}</dd>
        <dt>Since</dt>
        <dd>${timeOf(pending.since)}</dd>
        ${
          pending.deadline === null
            ? undefined
            : html`<dt>Until</dt>
                <dd>${timeOf(pending.deadline)}</dd>`
        }
        ${
          pending.needed > 1
            ? html`<dt>Approvals</dt>
                <dd>${approvedBy(pending)} of ${pending.needed}</dd>`
            : undefined
        }
      </dl>
      ${canAct ? formFor(pending) : html`<p class="note">You can close this page.</p>`}
    </main>`,
  });
}

function wordFor({ is_open, kind, needed }: Pending, mine: string | undefined): string {
  if (mine === 'approve')
    return is_open && needed > 1 ? 'You approved it: others are still asked' : 'You approved it';
  if (mine === 'reject') return 'You rejected it';
  if (!is_open) return 'This is decided already';
  return kind === 'approval' ? 'Your approval is asked for' : 'Your input is asked for';
}

function approvedBy({ decisions }: Pending): number {
  return decisions.filter(({ decision }) => decision === 'approve').length;
}

function valuesOf({ task_arguments, task_arguments_values }: Pending): Html[] {
  return task_arguments.map((definition, place) => {
    const label = definition['label'];
    return html`<dt>${typeof label === 'string' && label !== '' ? label : `Argument ${place + 1}`}</dt>
      <dd>${definition['masked'] === true ? '(hidden)' : (task_arguments_values[place] ?? '')}</dd>`;
  });
}

/** To its own address: one button each, and the reason that goes with either. */
function formFor({ reason }: Pending): Html {
  return html`<form method="post">
    <label for="reason"
      >Reason${reason === 'never' ? ' (optional)' : reason === 'on_reject' ? ' (needed to reject)' : ''}</label
    >
    <textarea id="reason" name="reason" rows="3" maxlength="2000"></textarea>
    <div class="buttons">
      <button class="approve" name="decision" value="approve">Approve</button>
      <button class="reject" name="decision" value="reject">Reject</button>
    </div>
  </form>`;
}

function timeOf(iso: string): Html {
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; padding: 1.5rem; background: light-dark(#f4f5f7, #17191c); color: light-dark(#1d2125, #e8eaed); }
main { max-width: 34rem; margin: 6vh auto 0; padding: 1.5rem; border-radius: .5rem; background: light-dark(#fff, #22262a);
  border-top: .3rem solid light-dark(#1c6fb8, #5aa9ec); }
main.good { border-color: light-dark(#1a7f37, #4ac26b); }
main.bad { border-color: light-dark(#c62828, #ff7b72); }
.state { margin: 0; font-weight: 600; color: light-dark(#1c5f9e, #7dbcf2); }
.good .state { color: light-dark(#17702f, #56d17a); }
.bad .state { color: light-dark(#b3261e, #ff8b83); }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
.message { white-space: pre-wrap; overflow-wrap: anywhere; }
.notice { padding: .5rem .75rem; border-radius: .25rem; background: light-dark(#fdecea, #4a2320); }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 0 0 1.5rem; }
dt, .note { color: light-dark(#59636e, #a5adb6); }
dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
label { display: block; margin-bottom: .25rem; }
textarea { box-sizing: border-box; width: 100%; font: inherit; padding: .5rem; }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1rem; }
button { font: inherit; font-weight: 600; padding: .6rem 1.4rem; border: 0; border-radius: .3rem; color: #fff; cursor: pointer; }
button:focus-visible, textarea:focus-visible { outline: .2rem solid light-dark(#1c6fb8, #7dbcf2); outline-offset: .1rem; }
.approve { background: #17702f; }
.reject { background: #b3261e; }
`;
