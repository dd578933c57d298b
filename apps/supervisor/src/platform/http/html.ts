import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { Language } from './language.ts';

/** Text that is HTML already. */
export interface Html {
  readonly html: string;
}

type Piece = Html | string | number | undefined | readonly Piece[];

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** HTML from a template: what is filled in is text and is escaped, unless it came from here itself. Lists are joined. */
export function html(parts: TemplateStringsArray, ...values: readonly Piece[]): Html {
  return { html: parts.reduce((text, part, index) => text + render(values[index - 1]) + part) };
}

function render(piece: Piece): string {
  if (piece === undefined) return '';
  if (typeof piece === 'string' || typeof piece === 'number')
    return String(piece).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] as string);
  if ('html' in piece) return piece.html;
  return piece.map(render).join('');
}

export interface Page {
  /** English if left out. */
  language?: Language;
  title: string;
  /** One style sheet, written into the page. */
  style: string;
  /** Whether it has a form, which goes to this server. */
  posts?: boolean;
  /** Seconds after which the browser asks again, and where. */
  refresh?: { seconds: number; address: string };
  body: Html;
}

/** A whole page without scripts. It may load nothing: its policy names the one style sheet that it carries. */
export function pageText({ language = 'en', title, style, refresh, body }: Page): string {
  // as it is: the policy has its digest
  const sheet: Html = { html: `<style>${style}</style>` };
  const again =
    refresh && html`<meta http-equiv="refresh" content="${refresh.seconds};url=${refresh.address}" />`;
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${again}
        <title>${title}</title>
        ${sheet}
      </head>
      <body>
        ${body}
      </body>
    </html> `.html;
}

/** Headers of such a page. */
export function pageHeaders(style: string, { posts = false } = {}): Record<string, string> {
  const digest = createHash('sha256').update(style).digest('base64');
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action ${posts ? "'self'" : "'none'"}; frame-ancestors 'none'`,
  };
}

/** Sends a page that was made for what its request accepts: HTML, and a language. */
export function sendPage(reply: FastifyReply, page: Page & { language: Language }): FastifyReply {
  return reply
    .headers({ ...pageHeaders(page.style, page), 'content-language': page.language })
    .header('vary', 'Accept, Accept-Language')
    .send(pageText(page));
}
