import type { TaskType } from '@argus/contract';
import { Button, Stack, Text } from '@mantine/core';
import { PlusIcon } from '../../ui/icons.tsx';
import { Panel } from '../../ui/page.tsx';
import { ArgumentCard } from './argument-card.tsx';
import type { FormPart } from './form-part.ts';
import { emptyArgument } from './task-draft.ts';

const TEXTS: Readonly<Record<TaskType, string>> = {
  script: 'The script gets them in this order.',
  approval: 'Who decides sees them, and what follows gets them in this order.',
  input: 'These are asked for, and what follows gets them in this order.',
  notification: 'The text names them by their place ({0}, {1} …) or their label.',
  http: 'Address, headers and body name them by their place ({0}, {1} …) or their label.',
};

/** The ordered arguments of a task: added, removed, moved and defined. */
export function ArgumentsEditor({ form }: FormPart) {
  return (
    <Panel title="Task Arguments">
      <Stack>
        <Text size="sm" c="dimmed">
          {TEXTS[form.values.type]} Fixed ones are never asked for; all others are asked for whenever it runs.
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
