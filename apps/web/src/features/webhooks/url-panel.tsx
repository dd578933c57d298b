import type { Webhook } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Button, Group, List, Stack, Text } from '@mantine/core';
import { useChange } from '../../api/hooks.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { CopyBlock } from '../../ui/copy.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { KeyIcon } from '../../ui/icons.tsx';
import { Panel } from '../../ui/page.tsx';
import classes from './webhooks.module.css';
import { curlAsGithub, curlAsStandard, curlWithKey } from './webhook-words.ts';

/** Where to call a webhook, and what to paste into the system that does. */
export function UrlPanel({ webhook }: { webhook: Webhook }) {
  const reveal = useChange('getWebhookCredentials');
  const change = useChange('changeWebhookSecret');
  const input = { params: { id: webhook.id } };
  const credentials = change.data ?? reveal.data;
  const { name } = webhook;
  const isSigned = webhook.url !== null;
  return (
    <Panel title={t`Where to call it`}>
      <Stack gap="sm">
        {webhook.url !== null && <SignedUrl webhook={webhook} url={webhook.url} />}
        {credentials === undefined ? (
          <Text size="sm" c="dimmed">
            {isSigned
              ? t`The other system signs with the secret. That you read it is recorded.`
              : t`Whoever knows the URL can call it: the secret key is in it. That you read it is recorded.`}
          </Text>
        ) : (
          <>
            {change.data && (
              <Text size="sm" role="status">
                {t`This is the new secret. The old one is refused from now on.`}
              </Text>
            )}
            {isSigned ? (
              <CopyBlock label={t`Secret`} text={credentials.secret} />
            ) : (
              <>
                <Text size="sm">{t`Paste this URL into the system that calls it:`}</Text>
                <CopyBlock label="URL" text={credentials.url} />
                <Text size="sm">{t`To try it from a shell:`}</Text>
                {/* verbatim: its name */}
                <CopyBlock label="curl" text={curlWithKey(credentials.url)} />
              </>
            )}
          </>
        )}
        <ErrorNotice error={reveal.error} />
        <Group gap="xs">
          {credentials === undefined && (
            <Button
              variant="default"
              leftSection={<KeyIcon />}
              loading={reveal.isPending}
              onClick={() => reveal.mutate(input)}
            >
              {isSigned ? t`Show the secret` : t`Show the URL`}
            </Button>
          )}
          <ConfirmButton
            name="change-secret"
            label={t`Change the secret`}
            question={
              isSigned ? (
                <Trans>
                  <b>{name}</b> gets a new secret. The old one stops at once: what calls it is refused until
                  it has the new secret.
                </Trans>
              ) : (
                <Trans>
                  <b>{name}</b> gets a new secret. The old one stops at once: what calls it is refused until
                  it has the new URL.
                </Trans>
              )
            }
            onConfirm={() => change.mutateAsync(input)}
            error={change.error}
            pending={change.isPending}
          />
        </Group>
      </Stack>
    </Panel>
  );
}

function SignedUrl({ webhook: { auth }, url }: { webhook: Webhook; url: string }) {
  const isGithub = auth === 'github';
  return (
    <>
      <CopyBlock label="URL" text={url} />
      {isGithub ? (
        <List type="ordered" size="sm">
          <List.Item>{t`In the repository on GitHub, open Settings → Webhooks → Add webhook.`}</List.Item>
          <List.Item>{t`Payload URL: the URL above. Content type: application/json.`}</List.Item>
          <List.Item>{t`Secret: the secret of this webhook, shown below.`}</List.Item>
          <List.Item>
            {t`Save it. GitHub sends a ping at once, which you find under the last deliveries.`}
          </List.Item>
        </List>
      ) : (
        <Text size="sm">
          {t`Give the other system this URL and the secret below, or edit the webhook where it makes its own.`}
        </Text>
      )}
      <details className={classes.fold}>
        <summary>{t`To try it from a shell`}</summary>
        <Text size="sm" my="xs">
          <Trans>
            Put the secret into <code>SECRET</code> first.
          </Trans>
        </Text>
        <CopyBlock label={t`Signed with curl`} text={isGithub ? curlAsGithub(url) : curlAsStandard(url)} />
      </details>
    </>
  );
}
