import type { Customer } from '@argus/contract';
import { Button, Group, NumberInput, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type SubmitEvent } from 'react';
import { useApi, useChange, useCustomer } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Loaded, Page, Panel } from '../../ui/page.tsx';

/** What an administrator of the server settles for the organization. */
export function OrganizationPage() {
  const name = useCustomer();
  const customers = useApi('listCustomers', {});
  return (
    <Page title="Organization" parent="Settings">
      <Panel>
        <Loaded query={customers}>
          {(list) => {
            const customer = list.find((one) => one.name === name);
            return customer && <LimitForm key={customer.max_running} customer={customer} />;
          }}
        </Loaded>
      </Panel>
    </Page>
  );
}

function LimitForm({ customer }: { customer: Customer }) {
  const update = useChange('updateCustomer', ['listCustomers', 'listQueues']);
  const [limit, setLimit] = useState<number | string>(customer.max_running ?? '');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    update.mutate(
      { params: { name: customer.name }, body: { max_running: limit === '' ? null : Number(limit) } },
      { onSuccess: () => notifications.show({ message: 'Saved.' }) },
    );
  };
  return (
    <form onSubmit={submit}>
      <Stack maw={480}>
        <NumberInput
          label="Jobs at once"
          description="So many jobs of this organization run at a time at most, on all its bots together; the others wait in the queue. Empty: no limit."
          min={1}
          max={1_000_000}
          allowDecimal={false}
          value={limit}
          onChange={setLimit}
        />
        {update.error && <ErrorNotice error={update.error} />}
        <Group>
          <Button type="submit" loading={update.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
