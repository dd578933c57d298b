import type { Task } from '@argus/contract';
import {
  Button,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  TagsInput,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useBlocker } from '@tanstack/react-router';
import { useRef } from 'react';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Panel } from '../../ui/page.tsx';
import { AclInput } from '../tasks/access.tsx';
import { ApprovalFields, AskForInputs, InputFields } from './asking-fields.tsx';
import { ArgumentsEditor } from './arguments-editor.tsx';
import { MessageFields, RequestFields } from './message-fields.tsx';
import { ScriptChoice } from './script-choice.tsx';
import type { FormPart } from './form-part.ts';
import type { TaskDraft } from './task-draft.ts';
import classes from './task-form.module.css';
import { TypeChoice } from './type-choice.tsx';
import { headersProblem } from './type-draft.ts';
import { TriggersEditor } from './triggers.tsx';
import { WhatItMayUse, WhenItFails } from './when-it-fails.tsx';
import { useSaveTask } from './use-save-task.ts';

interface TaskFormProps {
  /** Of the task that is changed; a new one has none yet. */
  id?: string;
  initial: TaskDraft;
  onSaved: (task: Task) => void;
}

/** Everything that can be set on a task. */
export function TaskForm({ id, initial, onSaved }: TaskFormProps) {
  const form = useForm<TaskDraft>({
    initialValues: initial,
    validate: {
      name: (name) => (name.trim() ? null : 'is required'),
      request: { headers: (text, { type }) => (type === 'http' ? headersProblem(text) : null) },
    },
  });
  const { save, error, shownFields, pending } = useSaveTask(form, id);
  const { type } = form.values;
  const saved = useRef(false);
  const unsaved = () => form.isDirty() && !saved.current;
  useBlocker({
    shouldBlockFn: () => unsaved() && !window.confirm('Leave without saving the changes?'),
    enableBeforeUnload: unsaved,
  });
  const submit = form.onSubmit(
    async (draft) => {
      const task = await save(draft);
      if (!task) return focusFirstError();
      saved.current = true;
      onSaved(task);
    },
    () => focusFirstError(),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        {id === undefined && <TypeChoice form={form} />}
        <WhatItIs form={form} />
        {type === 'script' && <WhatRuns form={form} />}
        {type === 'approval' && <ApprovalFields form={form} />}
        {type === 'input' && <InputFields form={form} />}
        {type === 'notification' && <MessageFields form={form} />}
        {type === 'http' && <RequestFields form={form} />}
        <ArgumentsEditor form={form} />
        {type === 'script' && <AskForInputs form={form} />}
        <TriggersEditor form={form} id={id} />
        {type === 'script' && (
          <>
            <HowItRuns form={form} />
            <WhenItFails form={form} />
            <WhatItMayUse form={form} />
          </>
        )}
        {(type === 'http' || type === 'notification') && <WhenItFails form={form} />}
        <WhoAndHowLong form={form} />
        <ErrorNotice error={error} shownFields={shownFields} />
        <Group justify="flex-end">
          <Button type="submit" loading={pending}>
            {id === undefined ? 'Create task' : 'Save'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function WhatItIs({ form }: FormPart) {
  return (
    <Panel title="What it is">
      <Stack>
        <TextInput
          label="Name"
          description="What people look for when they want this done."
          withAsterisk
          autoFocus={form.values.name === ''}
          {...form.getInputProps('name')}
        />
        <Textarea
          label="Description"
          description="What it does, and what to expect when it is done."
          autosize
          minRows={2}
          maxRows={12}
          {...form.getInputProps('description')}
        />
        <TagsInput
          label="Tags"
          description="Words to find it by. Enter adds one."
          {...form.getInputProps('tags')}
        />
      </Stack>
    </Panel>
  );
}

function WhatRuns({ form }: FormPart) {
  return (
    <Panel title="What runs, and where">
      <ScriptChoice form={form} />
    </Panel>
  );
}

function HowItRuns({ form }: FormPart) {
  return (
    <Panel title="How it runs">
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }} className={classes.pair}>
          <NumberInput
            label="Execution Timeout"
            description="Seconds until the bot stops it, at most 86,400 (a day)."
            placeholder="600"
            min={1}
            allowDecimal={false}
            suffix=" s"
            {...form.getInputProps('timeout')}
          />
          <NumberInput
            label="Priority"
            description="−100 to 100. Of what waits for the same bot, the highest goes first."
            placeholder="0"
            min={-100}
            max={100}
            allowDecimal={false}
            {...form.getInputProps('priority')}
          />
        </SimpleGrid>
        <NumberInput
          label="Expires after"
          description="Seconds that a job may wait for its start; later it is not started any more."
          placeholder="waits for ever"
          min={1}
          max={31_536_000}
          allowDecimal={false}
          suffix=" s"
          maw={420}
          {...form.getInputProps('expires_after')}
        />
        <Switch
          label="Multitasking"
          description="On: several jobs of this task may run at the same time. Off: one after the other, everywhere."
          {...form.getInputProps('multitasking', { type: 'checkbox' })}
        />
        {form.values.multitasking && (
          <NumberInput
            label="Jobs at the same time"
            description="At most so many of this task, on all bots together."
            placeholder="no limit"
            min={1}
            max={100_000}
            allowDecimal={false}
            maw={420}
            {...form.getInputProps('max_running')}
          />
        )}
        <Textarea
          label="Environment (env)"
          description="Variables that the script finds in its environment, one KEY=value a line. Only admins see them."
          placeholder={'REGION=eu-west\nLOG_LEVEL=debug'}
          autosize
          minRows={2}
          maxRows={16}
          spellCheck={false}
          classNames={{ input: classes.code }}
          {...form.getInputProps('env')}
        />
        <Select
          label="Result"
          description="What decides whether a run succeeded."
          allowDeselect={false}
          data={[
            { value: 'exit_code', label: 'The exit code, then what the script reports' },
            { value: 'last_line', label: 'Only the last line of its output' },
          ]}
          {...form.getInputProps('result_rule')}
        />
      </Stack>
    </Panel>
  );
}

function WhoAndHowLong({ form }: FormPart) {
  return (
    <Panel title="Who sees it, and how long its history is kept">
      <Stack>
        <AclInput label="ACL's" {...form.getInputProps('acls')} value={form.values.acls} />
        <SimpleGrid cols={{ base: 1, sm: 2 }} className={classes.pair}>
          <NumberInput
            label="Keep jobs for"
            description="Older jobs and their logs are deleted."
            placeholder="90"
            min={1}
            allowDecimal={false}
            suffix=" days"
            {...form.getInputProps('retention_days')}
          />
          <NumberInput
            label="Keep at most"
            description="When there are more, the oldest go."
            placeholder="10000"
            min={1}
            allowDecimal={false}
            thousandSeparator
            suffix=" jobs"
            {...form.getInputProps('retention_jobs')}
          />
        </SimpleGrid>
      </Stack>
    </Panel>
  );
}

/** Leads to what is wrong, once it is on the page. */
function focusFirstError(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus());
}
