import type { Webhook } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { TextLink } from '../../ui/link.tsx';
import { Loaded, Page } from '../../ui/page.tsx';
import { draftOf, newDraft } from './webhook-draft.ts';
import { WebhookForm } from './webhook-form.tsx';

const editRoute = getRouteApi('/$customer/webhooks/$webhookId/edit');

export function NewWebhookPage() {
  const customer = useCustomer();
  const navigate = useNavigate();
  const [initial] = useState(newDraft);
  return (
    <Page
      title={t`New webhook`}
      parent={
        <TextLink to="/$customer/webhooks" params={{ customer }} size="sm">
          {t`Webhooks`}
        </TextLink>
      }
    >
      <WebhookForm
        initial={initial}
        onSaved={({ id }) =>
          void navigate({ to: '/$customer/webhooks/$webhookId', params: { customer, webhookId: id } })
        }
      />
    </Page>
  );
}

export function EditWebhookPage() {
  const { webhookId } = editRoute.useParams();
  const webhook = useApi('getWebhook', { params: { id: webhookId } });
  return <Loaded query={webhook}>{(found) => <EditWebhook webhook={found} />}</Loaded>;
}

function EditWebhook({ webhook }: { webhook: Webhook }) {
  const customer = useCustomer();
  const navigate = useNavigate();
  // what it was when the form was opened
  const [old] = useState(webhook);
  const { name } = old;
  const toWebhook = {
    to: '/$customer/webhooks/$webhookId',
    params: { customer, webhookId: old.id },
  } as const;
  return (
    <Page
      title={t`Edit ${name}`}
      parent={
        <TextLink {...toWebhook} size="sm">
          {old.name}
        </TextLink>
      }
    >
      <WebhookForm old={old} initial={draftOf(old)} onSaved={() => void navigate(toWebhook)} />
    </Page>
  );
}
