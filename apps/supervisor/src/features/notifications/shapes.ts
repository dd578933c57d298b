import { createHmac, randomBytes } from 'node:crypto';
import type { Message } from './facts.ts';

/** Slack refuses longer blocks. */
const SLACK_HEADER_MAX = 150;
const SLACK_SECTION_MAX = 3000;
/** Teams refuses messages above 28 KB. */
const TEAMS_TEXT_MAX = 8000;
/** Bytes that a new secret has, as Standard Webhooks asks for (24 to 64). */
const SECRET_BYTES = 32;

export function newWebhookSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/** Headers that sign a body as Standard Webhooks does. The id stays the same for each try of a message. */
export function signedHeaders(
  secret: string,
  { id, body, at }: { id: string; body: string; at: number },
): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

/** What a signed webhook gets: `type` says what happened, `data` holds all that is known of it. */
export function webhookBody({ subject, text, link, facts, gathered }: Message): string {
  const { kind, at, emitter, event, body: _body, acls: _acls, user_id: _user, rule, ...rest } = facts;
  const type =
    gathered !== null
      ? 'digest'
      : kind === 'event' && emitter !== null
        ? `${emitter.type}.${event ?? 'event'}`
        : kind;
  const data = {
    subject,
    text,
    link,
    rule: rule && { id: rule.id, name: rule.name },
    ...(gathered === null
      ? { emitter, event, ...rest }
      : { count: gathered.count, messages: gathered.shown }),
  };
  return JSON.stringify({ type, timestamp: at, data });
}

/** For an incoming webhook of Slack: people's text is escaped, so it can neither mention nor link. */
export function slackBody({ subject, text, link }: Message): string {
  const shown = cut(escapeSlack(text.replaceAll('```', "'''")), SLACK_SECTION_MAX - 10);
  return JSON.stringify({
    text: escapeSlack(subject),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: cut(subject, SLACK_HEADER_MAX), emoji: false } },
      { type: 'section', text: { type: 'mrkdwn', text: `\`\`\`${shown}\`\`\`` } },
      ...(link === null
        ? []
        : [{ type: 'section', text: { type: 'mrkdwn', text: `<${encodeURI(link)}|Open in Argus>` } }]),
    ],
  });
}

function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** An Adaptive Card for a workflow of Teams. Text runs know no Markdown: people's text is just text in them. */
export function teamsBody({ subject, text, link }: Message): string {
  const run = (value: string, more: object) => ({
    type: 'RichTextBlock',
    inlines: [{ type: 'TextRun', text: value, ...more }],
  });
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      run(subject, { size: 'large', weight: 'bolder' }),
      run(cut(text, TEAMS_TEXT_MAX), { fontType: 'monospace' }),
    ],
    ...(link !== null && { actions: [{ type: 'Action.OpenUrl', title: 'Open in Argus', url: link }] }),
  };
  return JSON.stringify({
    type: 'message',
    attachments: [
      { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card },
    ],
  });
}

function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max - 1)}…` : text;
}
