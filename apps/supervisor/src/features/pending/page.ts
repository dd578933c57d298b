import type { Pending } from '@argus/contract';
import { inSpanish } from '@argus/contract/sentences';
import type { FastifyReply } from 'fastify';
import { html, sendPage, type Html } from '../../platform/http/html.ts';
import { bytesText, numberText, timeText, type Language } from '../../platform/http/language.ts';
import { PAGE_TEXTS, type PageTexts } from './page-texts.ts';

/**
 * The page that the link of an approval leads to: it shows what is asked and has the two buttons. Opening it changes
 * nothing, so whatever follows links in mails decides nothing. `notice`: why a decision was refused, as the API says it;
 * `address`: the path of the link.
 */
export function sendApproval(
  reply: FastifyReply,
  language: Language,
  pending: Pending,
  me: string,
  { notice, address }: { notice?: string | undefined; address: string },
): FastifyReply {
  const mine = pending.decisions.find(({ user_id }) => user_id === me);
  const canAct = pending.is_open && pending.kind === 'approval' && mine === undefined;
  const texts = PAGE_TEXTS[language];
  const word = wordFor(texts, pending, mine?.decision);
  return sendPage(reply, {
    language,
    title: `${word} – ${pending.task.name}`,
    style: STYLE,
    posts: true,
    body: html`<main class="${lookOf(canAct, mine?.decision)}">
      <p class="state" role="status">${word}</p>
      <h1>${pending.task.name}</h1>
      ${notice === undefined ? undefined : html`<p class="notice" role="alert">${language === 'es' ? inSpanish(notice) : notice}</p>`}
      ${pending.message === '' ? undefined : html`<p class="message">${pending.message}</p>`}
      ${factsOf(valuesOf(language, pending, address), 'values')}
      ${canAct ? formFor(texts, pending) : undefined}
      ${factsOf(circumstancesOf(language, pending, me), 'about')}
      <p class="note">
        ${canAct ? undefined : `${texts.close} `}<a href="/app/${pending.customer}/jobs/${pending.job_id}"
          >${texts.more}</a
        >${texts.moreFor}
      </p>
    </main>`,
  });
}

function lookOf(canAct: boolean, mine: string | undefined): string {
  if (canAct) return 'open';
  return mine === 'approve' ? 'good' : mine === 'reject' ? 'bad' : 'over';
}

function wordFor(texts: PageTexts, { is_open, kind }: Pending, mine: string | undefined): string {
  if (mine === 'approve') return is_open ? texts.approvedOthersAsked : texts.approved;
  if (mine === 'reject') return is_open ? texts.rejectedOthersAsked : texts.rejected;
  if (!is_open) return texts.over;
  return kind === 'approval' ? texts.approvalAsked : texts.inputAsked;
}

type Fact = readonly [name: string, value: string | Html];

/** White space inside of a value is kept, so there is none around it. */
function factsOf(facts: readonly Fact[], look: string): Html | undefined {
  if (facts.length === 0) return undefined;
  return html`<dl class="${look}">
    ${facts.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

function circumstancesOf(language: Language, pending: Pending, me: string): Fact[] {
  const texts = PAGE_TEXTS[language];
  const number = (value: number) => numberText(language, value);
  const { started_by, workflow, customer, since, deadline, needed, people, decisions } = pending;
  const mine = people.find(({ user_id }) => user_id === me);
  return [
    [texts.askedBy, `${started_by}${workflow === null ? '' : `, ${workflow.name}`}`],
    [texts.organization, customer],
    ...(mine === undefined ? [] : [[texts.you, mine.email] as const]),
    [texts.since, timeOf(language, since)],
    ...(deadline === null ? [] : [[texts.until, timeOf(language, deadline)] as const]),
    ...(needed > 1
      ? [[texts.approvals, texts.approvalsOf(number(approvedBy(pending)), number(needed))] as const]
      : []),
    ...decisions.map(
      ({ email, decision, reason }) =>
        [texts.decidedBy[decision], `${email}${reason && `: ${reason}`}`] as const,
    ),
  ];
}

function approvedBy({ decisions }: Pending): number {
  return decisions.filter(({ decision }) => decision === 'approve').length;
}

function valuesOf(
  language: Language,
  { task_arguments, task_arguments_values, files }: Pending,
  address: string,
): Fact[] {
  const texts = PAGE_TEXTS[language];
  return task_arguments.map((definition, place) => {
    const label = definition['label'];
    const name =
      typeof label === 'string' && label !== '' ? label : texts.argument(numberText(language, place + 1));
    if (definition['masked'] === true) return [name, texts.hidden];
    const own = files.filter(({ position }) => position === place);
    return [name, own.length > 0 ? filesOf(language, own, address) : task_arguments_values[place] || '–'];
  });
}

/** Each for saving: nothing of what somebody sent is shown in the page. */
function filesOf(language: Language, files: Pending['files'], address: string): Html {
  return html`${files.map(
    ({ id, filename, size }) =>
      html`<a href="${address}/file/${id}" download="${filename}"><bdi>${filename}</bdi></a>
        (${bytesText(language, size)})<br />`,
  )}`;
}

/** To its own address: one button each, and the reason that goes with either. */
function formFor(texts: PageTexts, { reason }: Pending): Html {
  return html`<form method="post">
    <label for="reason">${texts.reason[reason]}</label>
    <textarea id="reason" name="reason" rows="3" maxlength="2000"></textarea>
    <div class="buttons">
      <button class="approve" name="decision" value="approve">${texts.approve}</button>
      <button class="reject" name="decision" value="reject">${texts.reject}</button>
    </div>
  </form>`;
}

function timeOf(language: Language, iso: string): Html {
  return html`<time datetime="${iso}">${timeText(language, iso)}</time>`;
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; padding: 1.5rem; background: light-dark(#f4f5f7, #17191c); color: light-dark(#1d2125, #e8eaed); }
main { box-sizing: border-box; max-width: 37rem; margin: 6vh auto 0; padding: 1.5rem; border-radius: .5rem; background: light-dark(#fff, #22262a);
  border-top: .3rem solid light-dark(#1c6fb8, #5aa9ec); }
main.good { border-color: light-dark(#1a7f37, #4ac26b); }
main.bad { border-color: light-dark(#c62828, #ff7b72); }
main.over { border-color: light-dark(#8b949e, #6e7681); }
.state { margin: 0; font-weight: 600; color: light-dark(#1c5f9e, #7dbcf2); }
.good .state { color: light-dark(#17702f, #56d17a); }
.bad .state { color: light-dark(#b3261e, #ff8b83); }
.over .state { color: light-dark(#59636e, #a5adb6); }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
.message { white-space: pre-wrap; overflow-wrap: anywhere; }
.notice { padding: .5rem .75rem; border-radius: .25rem; background: light-dark(#fdecea, #4a2320); }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1rem; margin: 0 0 1.25rem; }
dl.values { padding: .6rem .75rem; border-radius: .3rem; background: light-dark(#f4f5f7, #17191c); }
dl.about { margin-top: 1.5rem; font-size: .875rem; }
dt, .note { color: light-dark(#59636e, #a5adb6); }
dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
.note { margin: 0; font-size: .875rem; }
a { color: light-dark(#1c5f9e, #7dbcf2); }
label { display: block; margin-bottom: .25rem; }
textarea { box-sizing: border-box; width: 100%; font: inherit; padding: .5rem; color: inherit; background: light-dark(#fff, #17191c);
  border: 1px solid light-dark(#7d858e, #7d858e); border-radius: .3rem; }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1rem; }
button { font: inherit; font-weight: 600; padding: .6rem 1.4rem; border: 0; border-radius: .3rem; color: #fff; cursor: pointer; }
button:focus-visible, textarea:focus-visible, a:focus-visible { outline: .2rem solid light-dark(#1c6fb8, #7dbcf2); outline-offset: .1rem; }
.approve { background: #17702f; }
.reject { background: #b3261e; }
@media (max-width: 30rem) {
  body { padding: .75rem; }
  main { margin-top: 1vh; padding: 1rem; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd + dt { margin-top: .4rem; }
  button { flex: 1; }
}
`;
