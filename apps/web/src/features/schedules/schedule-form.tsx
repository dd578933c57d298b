import type { ArgumentDefinition, Schedule, ScheduleCreate } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useRef, useState } from 'react';
import { ArgumentFields, useArguments, type ArgumentState } from '../../ui/argument-form/argument-fields.tsx';
import { askedArguments, initialValues, shapeOf, type FormValues } from '../../ui/argument-form/values.ts';
import { DraftNotice } from '../../ui/draft-notice.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { WarningIcon } from '../../ui/icons.tsx';
import { Panel } from '../../ui/page.tsx';
import { useDraft, useKeepDraft } from '../../ui/use-draft.ts';
import { useUnsaved } from '../../ui/use-unsaved.ts';
import { Preview } from './preview.tsx';
import { previewOf, type ScheduleDraft } from './schedule-draft.ts';
import type { ScheduleOwner } from './schedule-owner.tsx';
import { useSaveSchedule } from './use-save-schedule.ts';
import { WhenItIsOff, WhenItRuns } from './when-it-runs.tsx';

interface ScheduleFormProps {
  owner: ScheduleOwner;
  /** The one that is changed; a new one has none yet. */
  old?: Schedule;
  initial: ScheduleDraft;
  onSaved: (schedule: Schedule) => void;
}

/** What of the form outlives a reload. */
interface KeptSchedule {
  timing: ScheduleDraft;
  values?: FormValues;
}

/** When a task or workflow runs by itself, with which values, and what becomes of runs that do not fit. */
export function ScheduleForm({ owner, old, initial, onSaved }: ScheduleFormProps) {
  const definitions = askedArguments(owner.task_arguments);
  const draft = useDraft<KeptSchedule>(`schedule:${old?.id ?? `new:${owner.id}`}`, [
    // a date that is not used is always the next hour
    initial.mode === 'date' ? initial : { ...initial, date: '' },
    shapeOf(definitions),
  ]);
  const [start] = useState(initial);
  const form = useForm<ScheduleDraft>({ initialValues: { ...start, ...draft.found?.timing } });
  const { resetDirty } = form;
  useEffect(() => resetDirty(start), [resetDirty, start]);
  const given = useScheduleArguments(definitions, old, draft.found?.values);
  const { save, error, shownFields, refused, pending } = useSaveSchedule(form, { owner, old });
  const saved = useRef(false);
  const unsaved = () => (form.isDirty() || given.isChanged) && !saved.current;
  useUnsaved(unsaved, draft.forget);
  const { changes } = given.state;
  useKeepDraft(
    draft,
    form.isDirty() || changes ? { timing: form.values, ...(changes && { values: changes }) } : undefined,
  );
  const discard = () => {
    draft.forget();
    draft.accept();
    form.setValues(start);
    form.resetDirty(start);
    form.clearErrors();
    given.state.reset();
  };
  const submit = form.onSubmit(async (timing) => {
    if (pending) return;
    const checked = given.check();
    const schedule = checked && (await save(timing, checked.values));
    if (!schedule) return focusFirstError();
    saved.current = true;
    draft.forget();
    onSaved(schedule);
  });
  return (
    <form onSubmit={submit} noValidate aria-label={t`Schedule`}>
      <Stack gap="lg">
        {draft.isTold && (
          <DraftNotice
            left={
              given.asked.some(({ masked }) => masked)
                ? t`All but masked values: those were not kept.`
                : undefined
            }
            onClose={draft.accept}
            onDiscard={discard}
          />
        )}
        {given.needsFile && (
          <Alert color="orange" icon={<WarningIcon />} role="alert" title={t`It cannot run by a schedule`}>
            {t`It needs a file, and a file cannot wait for a schedule. Make that argument optional, or let the script fetch the file itself.`}
          </Alert>
        )}
        <Panel title={t`When it runs`}>
          <Stack>
            <WhenItRuns form={form} />
            <WhenItIsOff form={form} />
          </Stack>
        </Panel>
        <Panel title={t`Next runs`}>
          <Preview timing={previewOf(form.values, old)} />
        </Panel>
        <Panel title={t`With these arguments`}>
          <Stack>
            {given.asked.length === 0 && (
              <Text size="sm" c="dimmed">
                {given.asked.length < definitions.length
                  ? t`It asks for no arguments but files, which stay empty.`
                  : t`It asks for no arguments.`}
              </Text>
            )}
            <ArgumentFields
              task={owner.optionsOf}
              definitions={given.asked}
              state={given.state}
              refused={refused}
            />
          </Stack>
        </Panel>
        <Panel title={t`What it is called`}>
          <TextInput
            label={t`Name`}
            description={t`Told wherever it appears, and by the jobs that it starts. Empty: when it runs.`}
            placeholder={t`e.g. Every night`}
            maxLength={200}
            {...form.getInputProps('name')}
          />
        </Panel>
        <ErrorNotice error={error} shownFields={shownFields} />
        <Group justify="flex-end">
          <Button type="submit" loading={pending} disabled={given.needsFile}>
            {old === undefined ? t`Create schedule` : t`Save`}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface ScheduleArguments {
  /** Those that a schedule can give: all but files. */
  asked: readonly ArgumentDefinition[];
  state: ArgumentState;
  isChanged: boolean;
  needsFile: boolean;
  /** Nothing where one is wrong; without `values` where they stay as they are. */
  check: () => { values?: NonNullable<ScheduleCreate['task_arguments']> } | undefined;
}

function useScheduleArguments(
  definitions: readonly ArgumentDefinition[],
  old: Schedule | undefined,
  kept: FormValues | undefined,
): ScheduleArguments {
  const files = definitions.filter(({ type }) => type === 'file');
  const asked = definitions
    .filter(({ type }) => type !== 'file')
    .map((definition) => (old ? keptMasked(definition) : definition));
  const earlier = old?.task_arguments?.map(asText);
  const state = useArguments(asked, earlier, false, kept);
  const [initial] = useState(() => JSON.stringify(initialValues(asked, earlier)));
  const isChanged = JSON.stringify(state.values) !== initial;
  return {
    asked,
    state,
    isChanged,
    needsFile: files.some(({ required = true }) => required),
    check: () => {
      // masked ones are not known here: they stay only if all do
      if (old && !isChanged) return {};
      const values = state.check();
      if (values === undefined) return undefined;
      const byOrder = new Map(asked.map(({ order }, index) => [order, values[index]]));
      return { values: definitions.map(({ order }) => byOrder.get(order) ?? null) };
    },
  };
}

function keptMasked(definition: ArgumentDefinition): ArgumentDefinition {
  if (!definition.masked) return definition;
  const note = t`Masked: it stays as long as no argument is changed. If one is changed, it has to be typed again.`;
  return { ...definition, help: definition.help ? `${definition.help} ${note}` : note };
}

function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Leads to what is wrong, once it is on the page. */
function focusFirstError(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus());
}
