import type { NotificationRule } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { toasts } from '../../ui/toasts.ts';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { deleteSoon } from '../../ui/delete-soon.tsx';
import { TextLink } from '../../ui/link.tsx';
import { Loaded, Page, Panel } from '../../ui/page.tsx';
import { RuleForm } from './rule-form.tsx';

const route = getRouteApi('/$customer/settings/notifications/rules/$ruleId');

function Parent() {
  const customer = useCustomer();
  return (
    <TextLink to="/$customer/settings/notifications" params={{ customer }} size="sm">
      {t`Notification rules`}
    </TextLink>
  );
}

export function NewRulePage() {
  const customer = useCustomer();
  const navigate = useNavigate();
  return (
    <Page title={t`New rule`} parent={<Parent />}>
      <Panel>
        <RuleForm
          onSaved={() => void navigate({ to: '/$customer/settings/notifications', params: { customer } })}
        />
      </Panel>
    </Page>
  );
}

export function RulePage() {
  const { ruleId } = route.useParams();
  const rule = useApi('getNotificationRule', { params: { id: ruleId } });
  return <Loaded query={rule}>{(found) => <RuleDetails key={found.id} rule={found} />}</Loaded>;
}

function RuleDetails({ rule }: { rule: NotificationRule }) {
  const customer = useCustomer();
  return (
    <Page
      title={rule.name}
      parent={<Parent />}
      actions={
        <>
          <TextLink
            to="/$customer/settings/notifications/log"
            params={{ customer }}
            search={{ rule: rule.id }}
            size="sm"
          >
            {t`What it sent`}
          </TextLink>
          <DeleteRule rule={rule} />
        </>
      }
    >
      <Panel>
        <RuleForm old={rule} onSaved={() => toasts.show({ message: t`Saved.` })} />
      </Panel>
    </Page>
  );
}

function DeleteRule({ rule }: { rule: NotificationRule }) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const { id, name } = rule;
  const cache = useQueryClient();
  return (
    <ConfirmButton
      name="delete"
      label={t`Delete`}
      question={
        <>
          <Trans>
            <b>{name}</b> tells nobody anything any more.
          </Trans>{' '}
          {t`You can take it back for some seconds, then no more.`}
        </>
      }
      onConfirm={async () => {
        deleteSoon({ customer, operation: 'deleteNotificationRule', id, name, force: false }, cache);
        await navigate({ to: '/$customer/settings/notifications', params: { customer }, replace: true });
      }}
    />
  );
}
