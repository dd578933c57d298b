import { Button, Stack, Text } from '@mantine/core';
import { PlusIcon } from '../../ui/icons.tsx';
import { Panel } from '../../ui/page.tsx';
import { ArgumentCard } from './argument-card.tsx';
import type { FormPart } from './form-part.ts';
import { emptyArgument } from './task-draft.ts';

/** The ordered arguments of a task: added, removed, moved and defined. */
export function ArgumentsEditor({ form }: FormPart) {
  return (
    <Panel title="Task Arguments">
      <Stack>
        <Text size="sm" c="dimmed">
          The script gets them in this order. Fixed ones are never asked for; all others are asked for
          whenever it runs.
        </Text>
        <ArgumentCards form={form} />
      </Stack>
    </Panel>
  );
}

/** The same without what surrounds it. */
export function ArgumentCards({ form }: FormPart) {
  const drafts = form.values.task_arguments;
  const add = () => form.insertListItem('task_arguments', emptyArgument());
  return (
    <>
      {drafts.map((draft, index) => (
        <ArgumentCard key={draft.key} form={form} draft={draft} index={index} count={drafts.length} />
      ))}
      <Button variant="default" leftSection={<PlusIcon />} onClick={add} w="fit-content">
        Add an argument
      </Button>
    </>
  );
}
