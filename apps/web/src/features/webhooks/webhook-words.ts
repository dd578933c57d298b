import type { Comparison, Condition, DeliverySummary, WebhookAuth } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { said } from '../../api/sentences/said.ts';

export const AUTH_LABELS: Readonly<Record<WebhookAuth, string>> = {
  secret: t`By a secret key in the URL`,
  github: t`Signed as GitHub does it`,
  standard: t`Signed as Standard Webhooks says`,
};

export const OUTCOME_LABELS: Readonly<Record<DeliverySummary['outcome'], string>> = {
  accepted: t`Accepted`,
  filtered: t`Filtered out`,
  paused: t`Paused`,
  refused: t`Refused`,
};

export const OPERATOR_LABELS: Readonly<Record<Comparison['op'], string>> = {
  eq: t`is`,
  ne: t`is not`,
  in: t`is one of`,
  contains: t`contains`,
  matches: t`matches (RE2)`,
  exists: t`is there`,
  lt: t`is less than`,
  le: t`is at most`,
  gt: t`is more than`,
  ge: t`is at least`,
};

/** A filter as people say it. */
export function conditionWords(condition: Condition): string {
  if ('not' in condition) {
    const other = conditionWords(condition.not);
    return t`not (${other})`;
  }
  if ('path' in condition) return comparisonWords(condition);
  const parts = 'all' in condition ? condition.all : condition.any;
  if (parts.length === 0) return 'all' in condition ? t`everything` : t`nothing`;
  const words = parts.map((part) => {
    const text = conditionWords(part);
    return parts.length > 1 && ('all' in part || 'any' in part) ? `(${text})` : text;
  });
  return words.reduce((before, next) =>
    'all' in condition ? t`${before} and ${next}` : t`${before} or ${next}`,
  );
}

function comparisonWords({ path, op, value }: Comparison): string {
  const shown = op === 'in' && Array.isArray(value) ? value.map(quoted).join(', ') : quoted(value);
  switch (op) {
    case 'exists':
      return value === false ? t`${path} is not there` : t`${path} is there`;
    case 'matches':
      return t`${path} matches ${shown}`;
    default: {
      const comparison = OPERATOR_LABELS[op];
      return `${path} ${comparison} ${shown}`;
    }
  }
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? `“${value}”` : JSON.stringify(value);
}

/** What became of a delivery, as a sentence. */
export function outcomeWords({ outcome, reason, listeners }: DeliverySummary): string {
  switch (outcome) {
    case 'accepted':
      return listeners === 0
        ? t`Nothing lists this webhook yet, so it started nothing.`
        : plural(listeners, { one: 'It starts one task.', other: 'It starts # tasks.' });
    case 'filtered':
      return t`The filter does not hold for it, so it started nothing.`;
    case 'paused':
      return t`The webhook was paused, so it started nothing.`;
    case 'refused':
      return reason === null ? t`Not let in.` : refusedBecause(said(reason));
  }
}

function refusedBecause(reason: string): string {
  return t`Not let in: ${reason}.`;
}

/** JSON with its lines, where it is some; else the text as it is. */
export function prettyBody(kind: DeliverySummary['body_kind'], text: string): string {
  if (kind !== 'json') return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

const PROBE = '{"hello":"world"}';

// verbatim: a command
export function curlWithKey(url: string): string {
  return [`curl '${url}'`, `-H 'Content-Type: application/json'`, `-d '${PROBE}'`].join(' \\\n  ');
}

// verbatim: commands
export function curlAsGithub(url: string): string {
  return [
    `BODY='${PROBE}'`,
    `SIGNATURE=$(printf '%s' "$BODY" | openssl dgst -sha256 -hmac "$SECRET" | sed 's/^.* //')`,
    [
      `curl '${url}'`,
      `-H 'Content-Type: application/json'`,
      `-H "X-Hub-Signature-256: sha256=$SIGNATURE"`,
      `-d "$BODY"`,
    ].join(' \\\n  '),
  ].join('\n');
}

// verbatim: commands
export function curlAsStandard(url: string): string {
  return [
    `BODY='${PROBE}'`,
    `ID=msg_$(openssl rand -hex 8) TIME=$(date +%s)`,
    `KEY=$(printf '%s' "\${SECRET#whsec_}" | base64 -d | od -An -v -tx1 | tr -d ' \\n')`,
    `SIGNATURE=$(printf '%s' "$ID.$TIME.$BODY" | openssl dgst -sha256 -mac HMAC -macopt hexkey:$KEY -binary | base64)`,
    [
      `curl '${url}'`,
      `-H 'Content-Type: application/json'`,
      `-H "webhook-id: $ID" -H "webhook-timestamp: $TIME"`,
      `-H "webhook-signature: v1,$SIGNATURE"`,
      `-d "$BODY"`,
    ].join(' \\\n  '),
  ].join('\n');
}
