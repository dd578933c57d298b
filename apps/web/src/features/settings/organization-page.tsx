import type { Customer } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Button, Group, NumberInput, Stack, TextInput } from '@mantine/core';
import { toasts } from '../../ui/toasts.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { profileQuery, useApi, useChange, useCustomer } from '../../api/hooks.ts';
import { useProfile, useRole } from '../../api/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Facts, Loaded, Page, Panel } from '../../ui/page.tsx';
import { RoleNote } from '../../ui/role-note.tsx';
import { Organizations } from './organizations.tsx';

/** What the organization is called, and what an administrator of the server settles for it. */
export function OrganizationPage() {
  const name = useCustomer();
  const role = useRole();
  const { customers, instance_admin } = useProfile();
  const shown = customers.find((one) => one.name === name)?.display_name ?? name;
  return (
    <Page title={t`Organization`}>
      <Panel>
        <Facts
          facts={[
            [t`Name`, shown],
            [t`In addresses of pages and of the API`, `/${name}`],
            [t`Your role`, role],
          ]}
        />
      </Panel>
      {instance_admin ? (
        <OfTheServer />
      ) : (
        <RoleNote needs="server" what={t`the name, and how many jobs run at once`} />
      )}
    </Page>
  );
}

function OfTheServer() {
  const name = useCustomer();
  const customers = useApi('listCustomers', {});
  return (
    <Loaded query={customers}>
      {(list) => {
        const customer = list.find((one) => one.name === name);
        return (
          <>
            {customer && (
              <Panel title={t`Name and limit`}>
                <OrganizationForm
                  key={`${customer.max_running} ${customer.display_name}`}
                  customer={customer}
                />
              </Panel>
            )}
            <Organizations customers={list} />
          </>
        );
      }}
    </Loaded>
  );
}

function OrganizationForm({ customer }: { customer: Customer }) {
  const cache = useQueryClient();
  const update = useChange('updateCustomer', ['listCustomers', 'listQueues']);
  const [shown, setShown] = useState(customer.display_name);
  const [limit, setLimit] = useState<number | string>(customer.max_running ?? '');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const name = shown.trim();
    update.mutate(
      {
        params: { name: customer.name },
        body: {
          ...(name !== customer.display_name && { display_name: name }),
          max_running: limit === '' ? null : Number(limit),
        },
      },
      {
        onSuccess: () => {
          void cache.invalidateQueries({ queryKey: profileQuery.queryKey });
          toasts.show({ color: 'green', message: t`Saved.` });
        },
      },
    );
  };
  return (
    <form onSubmit={submit} aria-label={t`Name and limit`}>
      <Stack maw={480}>
        <TextInput
          label={t`Name for people`}
          description={t`Addresses keep the name they have.`}
          maxLength={200}
          required
          withAsterisk={false}
          value={shown}
          onChange={(event) => setShown(event.currentTarget.value)}
        />
        <NumberInput
          label={t`Jobs at once`}
          description={t`So many jobs of this organization run at a time at most, on all its bots together; the others wait in the queue. Empty: no limit.`}
          min={1}
          max={1_000_000}
          allowDecimal={false}
          value={limit}
          onChange={setLimit}
        />
        <ErrorNotice error={update.error} />
        <Group>
          <Button type="submit" loading={update.isPending}>
            {t`Save`}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
