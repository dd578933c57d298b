import type { Task } from '@argus/contract';
import { t } from '@lingui/core/macro';
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
import { useCallback, useEffect, useRef, useState } from 'react';
import { useCustomer } from '../../api/hooks.ts';
import { EnvField } from '../../ui/env-field.tsx';
import { DraftNotice } from '../../ui/draft-notice.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Panel } from '../../ui/page.tsx';
import { useKeeping } from '../../ui/use-keeping.ts';
import { AclInput } from '../tasks/access.tsx';
import { ApprovalFields, AskForInputs, InputFields } from './asking-fields.tsx';
import { ArgumentsEditor } from './arguments-editor.tsx';
import { MessagePreviewPanel } from './message-preview-panel.tsx';
import { MessageFields, RequestFields } from './message-fields.tsx';
import { ScriptChoice } from './script-choice.tsx';
import type { FormPart } from './form-part.ts';
import type { TaskDraft } from './task-draft.ts';
import { isSamePage, useDialog } from '../../ui/use-dialog.ts';
import classes from './task-form.module.css';
import { Contents } from './contents.tsx';
import { problemsOfDraft } from './draft-rules.ts';
import { draftStore } from './kept-draft.ts';
import { PreviewPanel, usePreview } from './preview-panel.tsx';
import type { Samples } from './preview.ts';
import { TestDialog } from './test-dialog.tsx';
import { TypeChoice } from './type-choice.tsx';
import { TriggersEditor } from './triggers.tsx';
import { WhatItMayUse, WhenItFails } from './when-it-fails.tsx';
import { useSaveTask } from './use-save-task.ts';

interface TaskFormProps {
  /** Of the task that is changed; a new one has none yet. */
  id?: string;
  initial: TaskDraft;
  onSaved: (task: Task) => void;
}

/** Changes are kept for a reload so long after the last one, milliseconds. */
const KEEP_MS = 250;

/** Everything that can be set on a task, and beside it what a run would get. */
export function TaskForm({ id, initial, onSaved }: TaskFormProps) {
  const customer = useCustomer();
  const [store] = useState(() => draftStore(customer, id));
  const [start] = useState(() => initial);
  const [kept, setKept] = useState(() => store.read(start));
  const form = useForm<TaskDraft>({
    initialValues: kept ?? start,
    validate: problemsOfDraft,
    validateInputOnChange: true,
  });
  const [samples, setSamples] = useState<Samples>({});
  const testing = useDialog('test');
  const element = useRef<HTMLFormElement>(null);
  const preview = usePreview(form.values, samples, id);
  const { save, error, shownFields, pending } = useSaveTask(form, id);
  const { type } = form.values;
  const saved = useRef(false);
  const unsaved = () => form.isDirty() && !saved.current;
  const { resetDirty } = form;
  useEffect(() => resetDirty(start), [resetDirty, start]);
  const isDirty = form.isDirty();
  const { values } = form;
  const keep = useCallback(() => {
    if (!saved.current) store.write(start, values);
  }, [store, start, values]);
  useKeeping(isDirty ? keep : undefined, KEEP_MS);
  const discard = () => {
    store.forget();
    setKept(undefined);
    form.setValues(start);
    form.resetDirty(start);
    form.clearErrors();
  };
  useBlocker({
    shouldBlockFn: ({ current, next }) => {
      if (!unsaved() || isSamePage(current, next)) return false;
      if (!window.confirm(t`Leave without saving the changes?`)) return true;
      saved.current = true;
      store.forget();
      return false;
    },
    enableBeforeUnload: unsaved,
  });
  const submit = form.onSubmit(
    async (draft) => {
      const task = await save(draft);
      if (!task) return focusFirstError();
      saved.current = true;
      store.forget();
      onSaved(task);
    },
    () => focusFirstError(),
  );
  return (
    <div className={classes.layout}>
      <Contents form={element} />
      <form ref={element} onSubmit={submit} noValidate className={classes.main}>
        <Stack gap="lg">
          {kept && (
            <DraftNotice
              left={t`All but the environment and masked values: those were not kept.`}
              onClose={() => setKept(undefined)}
              onDiscard={discard}
            />
          )}
          {id === undefined && <TypeChoice form={form} />}
          <WhatItIs form={form} />
          {type === 'script' && <WhatRuns form={form} />}
          {type === 'approval' && <ApprovalFields form={form} />}
          {type === 'input' && <InputFields form={form} />}
          {type === 'notification' && <MessageFields form={form} />}
          {type === 'http' && <RequestFields form={form} />}
          <ArgumentsEditor form={form} onTest={testing.open} />
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
              {id === undefined ? t`Create task` : t`Save`}
            </Button>
          </Group>
        </Stack>
      </form>
      {type === 'script' && (
        <div className={classes.aside}>
          <PreviewPanel preview={preview} onTest={testing.open} />
        </div>
      )}
      {(type === 'http' || type === 'notification') && (
        <div className={classes.aside}>
          <MessagePreviewPanel draft={form.values} samples={samples} onTest={testing.open} />
        </div>
      )}
      {testing.opened && (
        <TestDialog
          id={id}
          draft={form.values}
          samples={samples}
          preview={type === 'script' ? preview : null}
          onSample={(key, value) => setSamples((all) => ({ ...all, [key]: value }))}
          onClose={testing.close}
        />
      )}
    </div>
  );
}

function WhatItIs({ form }: FormPart) {
  return (
    <Panel title={t`What it is`}>
      <Stack>
        <TextInput
          label={t`Name`}
          description={t`What people look for when they want this done.`}
          withAsterisk
          autoFocus={form.values.name === ''}
          {...form.getInputProps('name')}
        />
        <Textarea
          label={t`Description`}
          description={t`What it does, and what to expect when it is done.`}
          autosize
          minRows={2}
          maxRows={12}
          {...form.getInputProps('description')}
        />
        <TextInput
          label={t`Confirm before a run`}
          description={t`What whoever runs it here has to confirm first. Left empty, nothing is asked.`}
          placeholder={t`e.g. It restarts the shop: nobody can pay for a minute.`}
          maxLength={500}
          {...form.getInputProps('confirm')}
        />
        <TagsInput
          label={t`Tags`}
          description={t`Words to find it by. Enter adds one.`}
          {...form.getInputProps('tags')}
        />
      </Stack>
    </Panel>
  );
}

function WhatRuns({ form }: FormPart) {
  return (
    <Panel title={t`What runs, and where`}>
      <ScriptChoice form={form} />
    </Panel>
  );
}

function HowItRuns({ form }: FormPart) {
  return (
    <Panel title={t`How it runs`}>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }} className={classes.pair}>
          <NumberInput
            label={t`Execution Timeout`}
            description={t`Seconds until the bot stops it, at most 86,400 (a day).`}
            placeholder="600"
            min={1}
            allowDecimal={false}
            suffix=" s"
            {...form.getInputProps('timeout')}
          />
          <NumberInput
            label={t`Priority`}
            description={t`−100 to 100. Of what waits for the same bot, the highest goes first.`}
            placeholder="0"
            min={-100}
            max={100}
            allowDecimal={false}
            {...form.getInputProps('priority')}
          />
        </SimpleGrid>
        <NumberInput
          label={t`Expires after`}
          description={t`Seconds that a job may wait for its start; later it is not started any more.`}
          placeholder={t`waits for ever`}
          min={1}
          max={31_536_000}
          allowDecimal={false}
          suffix=" s"
          maw={420}
          {...form.getInputProps('expires_after')}
        />
        <Switch
          label={t`Multitasking`}
          description={t`On: several jobs of this task may run at the same time. Off: one after the other, everywhere.`}
          {...form.getInputProps('multitasking', { type: 'checkbox' })}
        />
        {form.values.multitasking && (
          <NumberInput
            label={t`Jobs at the same time`}
            description={t`At most so many of this task, on all bots together.`}
            placeholder={t`no limit`}
            min={1}
            max={100_000}
            allowDecimal={false}
            maw={420}
            {...form.getInputProps('max_running')}
          />
        )}
        <EnvField
          description={t`Variables that the script finds in its environment, one KEY=value a line. Only admins see them.`}
          // verbatim: variables
          placeholder={'REGION=eu-west\nDB_PASSWORD={secret:DB_PASSWORD}'}
          {...form.getInputProps('env')}
        />
        <Select
          label={t`Result`}
          description={t`What decides whether a run succeeded.`}
          allowDeselect={false}
          data={[
            { value: 'exit_code', label: t`The exit code, then what the script reports` },
            { value: 'last_line', label: t`Only the last line of its output` },
          ]}
          {...form.getInputProps('result_rule')}
        />
      </Stack>
    </Panel>
  );
}

function WhoAndHowLong({ form }: FormPart) {
  return (
    <Panel title={t`Who sees it, and how long its history is kept`}>
      <Stack>
        <AclInput label={t`ACL's`} {...form.getInputProps('acls')} value={form.values.acls} />
        <SimpleGrid cols={{ base: 1, sm: 2 }} className={classes.pair}>
          <NumberInput
            label={t`Keep jobs for`}
            description={t`Older jobs and their logs are deleted.`}
            placeholder="90"
            min={1}
            allowDecimal={false}
            suffix={t` days`}
            {...form.getInputProps('retention_days')}
          />
          <NumberInput
            label={t`Keep at most`}
            description={t`When there are more, the oldest go.`}
            placeholder="10000"
            min={1}
            allowDecimal={false}
            thousandSeparator
            suffix={t` jobs`}
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
