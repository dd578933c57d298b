import { t } from '@lingui/core/macro';
import { Button, Menu, Text } from '@mantine/core';
import type { Profile } from '@argus/contract';
import { Link } from '@tanstack/react-router';
import { CheckIcon, DownIcon } from '../ui/icons.tsx';

/** Where one is; with several organizations the way to the others. */
export function OrganizationMenu({ profile, customer }: { profile: Profile; customer: string }) {
  const { customers } = profile;
  const name = customers.find((one) => one.name === customer)?.display_name ?? customer;
  if (customers.length < 2)
    return (
      <Text size="sm" c="dimmed" truncate title={customer}>
        {name}
      </Text>
    );
  return (
    <Menu position="bottom-start" width={260}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="xs"
          miw={0}
          rightSection={<DownIcon size={12} />}
          aria-label={t`Organization: ${name}`}
        >
          <Text span inherit truncate>
            {name}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t`Organizations`}</Menu.Label>
        {customers.map((one) => (
          <Menu.Item
            key={one.name}
            component={Link}
            {...({ to: '/$customer', params: { customer: one.name } } as object)}
            rightSection={one.name === customer ? <CheckIcon size={14} /> : null}
            aria-current={one.name === customer ? 'true' : undefined}
          >
            {one.display_name}
            <Text size="xs" c="dimmed">
              {one.role}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
