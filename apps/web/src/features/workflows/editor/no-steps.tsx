import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Group, List, Text } from '@mantine/core';
import { useCustomer } from '../../../api/hooks.ts';
import { PlusIcon } from '../../../ui/icons.tsx';
import { ButtonLink, TextLink } from '../../../ui/link.tsx';
import type { Usable } from '../use-used.ts';
import classes from './editor.module.css';

/** What to do where there is no step yet. */
export function NoSteps({ usable }: { usable: ReadonlyMap<string, Usable> }) {
  const customer = useCustomer();
  if (usable.size === 0)
    return (
      <div className={classes.empty}>
        <Text fw={600}>{t`No steps yet, and no task to run`}</Text>
        <Text size="sm" c="dimmed" maw={380}>
          {t`A step runs a task: make one first. What is typed here is kept in this tab.`}
        </Text>
        <Group mt="xs">
          <ButtonLink to="/$customer/tasks/new" params={{ customer }} leftSection={<PlusIcon />}>
            {t`New task`}
          </ButtonLink>
        </Group>
      </div>
    );
  return (
    <div className={classes.empty}>
      <Text fw={600}>{t`No steps yet`}</Text>
      <List type="ordered" size="sm" c="dimmed" maw={400} ta="start" spacing={4}>
        <List.Item>{t`Above, find the task that a run begins with.`}</List.Item>
        <List.Item>{t`Find the next one: it comes after the step that is selected.`}</List.Item>
        <List.Item>{t`Select a step to say when it goes on, with what, and only if what.`}</List.Item>
        <List.Item>
          <Trans>
            An approval, a form or a message is a task as well:{' '}
            <TextLink to="/$customer/tasks/new" params={{ customer }}>
              New task
            </TextLink>{' '}
            makes one. What is typed here is kept in this tab.
          </Trans>
        </List.Item>
      </List>
    </div>
  );
}
