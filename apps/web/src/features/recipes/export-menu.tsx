import type { Task } from '@argus/contract';
import { Button, Menu, Text } from '@mantine/core';
import { useCustomer } from '../../api/hooks.ts';
import { DownIcon } from '../../ui/icons.tsx';

/** Takes a task along as a file, to share it or to keep it. */
export function ExportMenu({ task }: { task: Task }) {
  const customer = useCustomer();
  const item = (mode: 'shallow' | 'deep', label: string, help: string) => (
    <Menu.Item component="a" href={`/${customer}/task/${task.id}/recipe?mode=${mode}`} download>
      {label}
      <Text size="xs" c="dimmed">
        {help}
      </Text>
    </Menu.Item>
  );
  return (
    <Menu position="bottom-end" width={300}>
      <Menu.Target>
        <Button variant="default" rightSection={<DownIcon size={14} />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {item('shallow', 'Recipe to share', 'With its script, without values, access list and bot.')}
        {item('deep', 'Recipe with all values', 'Everything but masked values: keep it private.')}
      </Menu.Dropdown>
    </Menu>
  );
}
