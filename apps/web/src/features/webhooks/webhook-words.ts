import type { Comparison, Condition, DeliverySummary, WebhookAuth } from '@argus/contract';

export const AUTH_LABELS: Readonly<Record<WebhookAuth, string>> = {
  secret: 'By a secret key in the URL',
  github: 'Signed as GitHub does it',
  standard: 'Signed as Standard Webhooks says',
};

export const OUTCOME_LABELS: Readonly<Record<DeliverySummary['outcome'], string>> = {
  accepted: 'Accepted',
  filtered: 'Filtered out',
  paused: 'Paused',
  refused: 'Refused',
};

export const OPERATOR_LABELS: Readonly<Record<Comparison['op'], string>> = {
  eq: 'is',
  ne: 'is not',
  in: 'is one of',
  contains: 'contains',
  matches: 'matches (RE2)',
  exists: 'is there',
  lt: 'is less than',
  le: 'is at most',
  gt: 'is more than',
  ge: 'is at least',
};

/** A filter as people say it. */
export function conditionWords(condition: Condition): string {
  if ('not' in condition) return `not (${conditionWords(condition.not)})`;
  const [join, parts] =
    'all' in condition
      ? ([' and ', condition.all] as const)
      : 'any' in condition
        ? ([' or ', condition.any] as const)
        : (['', undefined] as const);
  if (parts === undefined) return comparisonWords(condition as Comparison);
  if (parts.length === 0) return 'all' in condition ? 'everything' : 'nothing';
  const words = parts.map((part) => {
    const text = conditionWords(part);
    return parts.length > 1 && ('all' in part || 'any' in part) ? `(${text})` : text;
  });
  return words.join(join);
}

function comparisonWords({ path, op, value }: Comparison): string {
  if (op === 'exists') return `${path} ${value === false ? 'is not there' : OPERATOR_LABELS[op]}`;
  const shown = op === 'in' && Array.isArray(value) ? value.map(quoted).join(', ') : quoted(value);
  return `${path} ${OPERATOR_LABELS[op].replace(' (RE2)', '')} ${shown}`;
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? `“${value}”` : JSON.stringify(value);
}

/** What became of a delivery, as a sentence. */
export function outcomeWords({ outcome, reason, listeners }: DeliverySummary): string {
  switch (outcome) {
    case 'accepted':
      return listeners === 0
        ? 'Nothing lists this webhook yet, so it started nothing.'
        : `It starts ${listeners === 1 ? 'one task' : `${listeners} tasks`}.`;
    case 'filtered':
      return 'The filter does not hold for it, so it started nothing.';
    case 'paused':
      return 'The webhook was paused, so it started nothing.';
    case 'refused':
      return `Not let in: ${reason ?? 'nobody knows why'}.`;
  }
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

export function curlWithKey(url: string): string {
  return [`curl '${url}'`, `-H 'Content-Type: application/json'`, `-d '${PROBE}'`].join(' \\\n  ');
}

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
