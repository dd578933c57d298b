import { isEnded, type Job } from '@argus/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isForm, prefersHtml } from '../../platform/http/accept.ts';
import { html, sendPage } from '../../platform/http/html.ts';
import { languageFor, timeText, type Language } from '../../platform/http/language.ts';
import { SECRET_PAGE_TEXTS, type SecretPageTexts } from './secret-page-texts.ts';

/**
 * Answers a job to whoever came with a secret key: a browser that sent a form or follows the page's own address gets
 * a small page, everyone else the JSON. The page says what was run and how it stands, and nothing that the script was
 * given or said: whoever pressed a button in an e-mail may not be who made the task.
 */
export function answerJob(
  job: Job,
  secret: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Job | FastifyReply {
  const fromForm = request.method === 'GET' || isForm(request.headers['content-type']);
  if (!fromForm || !prefersHtml(request.headers.accept)) return job;
  const ended = isEnded(job.lifecycle);
  const language = languageFor(request.headers['accept-language']);
  const texts = SECRET_PAGE_TEXTS[language];
  const { standing, mood } = standOf(job);
  const word = texts[standing];
  return sendPage(reply, {
    language,
    title: `${word} – ${job.name}`,
    style: STYLE,
    ...(!ended && {
      refresh: { seconds: secondsUntilNextLook(job), address: `/job/${job.id}/secret/${secret}` },
    }),
    body: html`<main class="${mood}">
      <p class="state" role="status">${word}</p>
      <h1>${job.name}</h1>
      <dl>
        <dt>${texts.organization}</dt>
        <dd>${job.customer}</dd>
        <dt>${texts.askedFor}</dt>
        <dd>${timeOf(language, job.creation_date)}</dd>
        ${
          job.started_at === null
            ? undefined
            : html`<dt>${texts.started}</dt>
                <dd>${timeOf(language, job.started_at)}</dd>`
        }
        ${
          job.finished_at === null
            ? undefined
            : html`<dt>${texts.ended}</dt>
                <dd>${timeOf(language, job.finished_at)}</dd>`
        }
        <dt>${texts.job}</dt>
        <dd class="id">${job.id}</dd>
      </dl>
      <p class="note">${ended ? texts.close : texts.looksAgain}</p>
    </main>`,
  });
}

function standOf({ lifecycle, state }: Job): {
  standing: keyof SecretPageTexts;
  mood: 'good' | 'bad' | 'open';
} {
  switch (lifecycle) {
    case 'ready':
    case 'assigned':
      return { standing: 'waiting', mood: 'open' };
    case 'onhold':
      return { standing: 'onHold', mood: 'open' };
    case 'started':
      return { standing: 'running', mood: 'open' };
    case 'expired':
      return { standing: 'expired', mood: 'bad' };
    default:
      break;
  }
  if (state === 'success') return { standing: 'done', mood: 'good' };
  if (state === 'timeout') return { standing: 'timeout', mood: 'bad' };
  return { standing: state === 'canceled' ? 'canceled' : 'failed', mood: 'bad' };
}

/** Soon at first, then seldom: an open page of a job that runs for hours must not cost much. */
function secondsUntilNextLook({ creation_date }: Job): number {
  const ageSeconds = (Date.now() - Date.parse(creation_date)) / 1000;
  return ageSeconds < 60 ? 1 : ageSeconds < 600 ? 5 : 30;
}

function timeOf(language: Language, iso: string) {
  return html`<time datetime="${iso}">${timeText(language, iso, { seconds: true })}</time>`;
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; padding: 1.5rem; background: light-dark(#f4f5f7, #17191c); color: light-dark(#1d2125, #e8eaed); }
main { max-width: 30rem; margin: 8vh auto 0; padding: 1.5rem; border-radius: .5rem; background: light-dark(#fff, #22262a);
  border-top: .3rem solid light-dark(#1c6fb8, #5aa9ec); }
main.good { border-color: light-dark(#1a7f37, #4ac26b); }
main.bad { border-color: light-dark(#c62828, #ff7b72); }
.state { margin: 0; font-weight: 600; color: light-dark(#1c5f9e, #7dbcf2); }
.good .state { color: light-dark(#17702f, #56d17a); }
.bad .state { color: light-dark(#b3261e, #ff8b83); }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 0; }
dt, .note { color: light-dark(#59636e, #a5adb6); }
dd { margin: 0; overflow-wrap: anywhere; }
.id { font-family: ui-monospace, monospace; font-size: .9em; }
.note { margin: 1rem 0 0; }
`;
