import { ArgusApiError } from '@argus/client';
import { TOLERANCE_DEFAULT_S, type Webhook, type WebhookAuth } from '@argus/contract';
import { t } from '@lingui/core/macro';
import {
  Button,
  Group,
  NumberInput,
  PasswordInput,
  Radio,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useState } from 'react';
import { useChange } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Panel } from '../../ui/page.tsx';
import { useDraftForm } from '../../ui/use-draft-form.tsx';
import { AclInput } from '../tasks/access.tsx';
import { FilterEditor } from './filter-editor.tsx';
import { bodyOf, filterOf, formErrors, type WebhookDraft } from './webhook-draft.ts';
import { AUTH_LABELS } from './webhook-words.ts';

interface WebhookFormProps {
  /** The one that is changed; a new one has none yet. */
  old?: Webhook;
  initial: WebhookDraft;
  onSaved: (webhook: Webhook) => void;
}

type Form = { form: UseFormReturnType<WebhookDraft> };

/** What a webhook is called, whom it lets in, and what of it starts something. */
export function WebhookForm({ old, initial, onSaved }: WebhookFormProps) {
  const { form, notice, setSaved } = useDraftForm<WebhookDraft>({
    name: `webhook:${old?.id ?? 'new'}`,
    initialValues: initial,
    secret: ['signing_secret'],
    left: t`All but secrets: those were not kept.`,
  });
  const create = useChange('createWebhook', ['listWebhooks', 'listEvents']);
  const update = useChange('updateWebhook', ['listWebhooks', 'getWebhook', 'listEvents']);
  const [shownFields, setShownFields] = useState<readonly string[]>([]);
  const pending = create.isPending || update.isPending;
  const submit = form.onSubmit(async (draft) => {
    if (pending) return;
    const read = filterOf(draft.filter);
    if ('problem' in read) return form.setErrors({ filter: read.problem });
    const body = bodyOf(draft, read.filter);
    try {
      const webhook = await (old === undefined
        ? create.mutateAsync({ body })
        : update.mutateAsync({ params: { id: old.id }, body }));
      setSaved();
      onSaved(webhook);
    } catch (failure) {
      const errors = failure instanceof ArgusApiError ? failure.errors : [];
      form.setErrors(formErrors(errors));
      setShownFields(errors.map(({ field }) => field));
      focusFirstError();
    }
  });
  return (
    <form onSubmit={submit} noValidate aria-label={t`Webhook`}>
      <Stack gap="lg">
        {notice}
        <Panel title={t`What it is called`}>
          <Stack>
            <TextInput
              label={t`Name`}
              withAsterisk
              placeholder={t`e.g. Merged pull requests`}
              maxLength={200}
              {...form.getInputProps('name')}
            />
            <Textarea
              label={t`Description`}
              description={t`Which system calls it, and what for.`}
              autosize
              maxRows={8}
              {...form.getInputProps('description')}
            />
            <TagsInput
              label={t`Tags`}
              description={t`Words to find it by. Enter adds one.`}
              {...form.getInputProps('tags')}
            />
            <AclInput label={t`Who may see it`} {...form.getInputProps('acls')} value={form.values.acls} />
          </Stack>
        </Panel>
        <Panel title={t`How a caller is known`}>
          <WhoCalls form={form} old={old} />
        </Panel>
        <Panel title={t`Which deliveries start something`}>
          <FilterEditor
            value={form.values.filter}
            error={form.errors['filter']}
            onChange={(filter) => {
              form.clearFieldError('filter');
              form.setFieldValue('filter', filter);
            }}
          />
        </Panel>
        <ErrorNotice error={create.error ?? update.error} shownFields={shownFields} />
        <Group justify="flex-end">
          <Button type="submit" loading={pending}>
            {old === undefined ? t`Create webhook` : t`Save`}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const EXPLAINED: Readonly<Record<WebhookAuth, string>> = {
  secret: t`For any system that can call a URL. Whoever knows the URL can call it, so keep it like a password.`,
  github: t`For GitHub, Gitea and others that send X-Hub-Signature-256. The URL may be known: only what is signed with the secret is let in.`,
  standard: t`For systems that send webhook-id, webhook-timestamp and webhook-signature. What is signed, and not too old, is let in.`,
};

function WhoCalls({ form, old }: Form & { old: Webhook | undefined }) {
  const { auth } = form.values;
  const isNew = old === undefined || old.auth !== auth;
  return (
    <Stack>
      <Radio.Group label={t`Way`} {...form.getInputProps('auth')}>
        <Stack gap="sm" mt="xs">
          {(Object.keys(AUTH_LABELS) as WebhookAuth[]).map((value) => (
            <Radio key={value} value={value} label={AUTH_LABELS[value]} description={EXPLAINED[value]} />
          ))}
        </Stack>
      </Radio.Group>
      {old !== undefined && isNew && (
        <Text size="sm" role="status">
          {t`It gets a new secret with this, and the old one stops at once.`}
        </Text>
      )}
      {auth !== 'secret' && (
        <PasswordInput
          label={t`Secret of the other system`}
          description={
            isNew
              ? t`Only where the other system makes the secret itself. Empty: one is made here, to copy into the other system.`
              : t`Only to replace it. Empty: it stays as it is.`
          }
          placeholder={auth === 'standard' ? 'whsec_…' : undefined}
          maxLength={500}
          autoComplete="new-password"
          {...form.getInputProps('signing_secret')}
        />
      )}
      {auth !== 'secret' && (
        <NumberInput
          label={t`Replay window`}
          description={
            auth === 'standard'
              ? t`Seconds: an older delivery is refused, and one that comes again within it starts nothing.`
              : t`Seconds within which a delivery that comes again (the same X-GitHub-Delivery) starts nothing.`
          }
          placeholder={`${TOLERANCE_DEFAULT_S} s`}
          min={1}
          max={86_400}
          allowDecimal={false}
          suffix=" s"
          maw={420}
          {...form.getInputProps('tolerance')}
        />
      )}
    </Stack>
  );
}

/** Leads to what is wrong, once it is on the page. */
function focusFirstError(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus());
}
