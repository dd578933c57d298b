import type { ResultOf } from '@argus/client';
import { t } from '@lingui/core/macro';
import { Button, Group, MultiSelect, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useApi } from '../../api/hooks.ts';
import { Panel } from '../../ui/page.tsx';
import type { FormPart } from './form-part.ts';
import { namedTrigger } from './task-draft.ts';
import classes from './task-form.module.css';
import { TriggerArguments } from './trigger-arguments.tsx';
import { triggerLabel } from './trigger-names.ts';

type Events = ResultOf<'listEvents'>;
/** Options shown at once; typing finds the others. */
const OPTIONS_MAX = 100;

/** What starts a task or workflow by itself, and how long it waits then. */
export function TriggersEditor({ form, id }: FormPart & { id: string | undefined }) {
  const all = useApi('listEvents', {}).data ?? [];
  const events = all.filter(({ emitter_id }) => emitter_id !== id);
  const chosen = form.values.triggers;
  return (
    <Panel title={t`What triggers it`}>
      <Stack>
        <MultiSelect
          label={t`Triggered by`}
          description={t`It runs whenever one of these happens. Empty: only people, programs, its schedules and its secret key start it.`}
          placeholder={
            chosen.length === 0 ? t`Find a task, workflow or webhook, e.g. “Back up: success”` : undefined
          }
          data={optionsOf(events, chosen)}
          searchable
          clearable
          limit={OPTIONS_MAX}
          maxDropdownHeight={260}
          nothingFoundMessage={t`Nothing has such an event`}
          {...form.getInputProps('triggers')}
        />
        <OwnEvent
          events={events}
          onAdd={(trigger) => form.setFieldValue('triggers', [...new Set([...chosen, trigger])])}
        />
        <TriggerArguments form={form} events={events} />
        <NumberInput
          label={t`Trigger on-hold time`}
          description={t`Seconds that a triggered run waits, during which it can be canceled. 0: no wait. Other runs never wait.`}
          placeholder="0"
          min={0}
          max={2_592_000}
          allowDecimal={false}
          suffix=" s"
          maw={420}
          {...form.getInputProps('grace_time')}
        />
      </Stack>
    </Panel>
  );
}

/** An event that a script reports by a name of its own, beside those that every task has. */
function OwnEvent({ events, onAdd }: { events: Events; onAdd: (trigger: string) => void }) {
  const [task, setTask] = useState<string | null>(null);
  const [name, setName] = useState('');
  const emitters = new Map(
    events.flatMap(({ emitter_type, emitter_id, emitter_name }) =>
      emitter_type === 'task' ? [[emitter_id, emitter_name] as const] : [],
    ),
  );
  const event = name.trim();
  const add = () => {
    if (task === null || event === '') return;
    const known = events.find((one) => one.emitter_id === task && one.name === event);
    onAdd(known?.id ?? namedTrigger(task, event));
    setName('');
  };
  return (
    <details className={classes.fold}>
      <summary>{t`An event that a script names itself (event_name)`}</summary>
      <Group gap="sm" mt="xs" align="flex-end">
        <Select
          label={t`Task`}
          placeholder={t`Choose a task`}
          searchable
          limit={OPTIONS_MAX}
          data={[...emitters].map(([value, label]) => ({ value, label }))}
          value={task}
          onChange={setTask}
        />
        <TextInput
          label={t`Event`}
          placeholder={t`disk_full`}
          maxLength={64}
          value={name}
          onChange={(change) => setName(change.currentTarget.value)}
        />
        <Button variant="default" onClick={add} disabled={task === null || event === ''}>
          {t`Add the event`}
        </Button>
      </Group>
    </details>
  );
}

function optionsOf(events: Events, chosen: readonly string[]) {
  const known = new Set(events.map(({ id }) => id));
  return [...known, ...chosen.filter((trigger) => !known.has(trigger))].map((value) => ({
    value,
    label: triggerLabel(value, events),
  }));
}
