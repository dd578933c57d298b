import type { DeliverySummary, WebhookAuth } from '@argus/contract';

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

/** What became of a delivery, as a sentence. */
export function outcomeWords({ outcome, reason, listeners }: DeliverySummary): string {
  switch (outcome) {
    case 'accepted':
      return listeners === 0
        ? 'Nothing lists this webhook yet, so it started nothing.'
        : `It was to start ${listeners === 1 ? 'one task' : `${listeners} tasks`}.`;
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
