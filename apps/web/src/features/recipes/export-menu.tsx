import type { Task, Workflow } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Button, Menu, Text } from '@mantine/core';
import { useCustomer } from '../../api/hooks.ts';
import { DownIcon } from '../../ui/icons.tsx';

type ExportMenuProps = { task: Pick<Task, 'id'> } | { workflow: Pick<Workflow, 'id'> };

/** Takes a task, or a workflow with all that it runs, along as a file: to share it or to keep it. */
export function ExportMenu(props: ExportMenuProps) {
  const customer = useCustomer();
  const isTask = 'task' in props;
  const path = isTask ? `task/${props.task.id}` : `workflow/${props.workflow.id}`;
  const item = (mode: 'shallow' | 'deep', label: string, help: string) => (
    <Menu.Item component="a" href={`/${customer}/${path}/recipe?mode=${mode}`} download>
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
          {t`Export`}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {item(
          'shallow',
          t`Recipe to share`,
          isTask
            ? t`With its script, without values, access lists, bots and e-mail addresses.`
            : t`With its tasks and scripts, without values, access lists, bots and e-mail addresses.`,
        )}
        {item('deep', t`Recipe with all values`, t`Everything but masked values: keep it private.`)}
      </Menu.Dropdown>
    </Menu>
  );
}
