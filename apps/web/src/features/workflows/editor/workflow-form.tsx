import type { Workflow } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useApi } from '../../../api/hooks.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Panel } from '../../../ui/page.tsx';
import type { FormPart } from '../../task-editor/form-part.ts';
import { argumentDraft, definitionOf } from '../../task-editor/task-draft.ts';
import { TriggersEditor } from '../../task-editor/triggers.tsx';
import { DryRunDialog } from '../dry-run/dry-run-dialog.tsx';
import type { Selection } from '../graph/graph-words.ts';
import { useUsable } from '../use-used.ts';
import { graphOf, problemsOf, rootsOf, type GraphDraft } from './graph-draft.ts';
import { GraphEditor } from './graph-editor.tsx';
import { useHistory } from './use-history.ts';
import { changedKeys, useKeptDraft, type WorkflowDraft } from './kept-draft.ts';
import { useSaveWorkflow } from './use-save-workflow.ts';
import type { SettingsDraft } from './workflow-draft.ts';
import { HowItRuns, WhatItAsksFor, WhatItIs, WhoAndHowLong } from './workflow-settings.tsx';
import { isSamePage, useDialog } from '../../../ui/use-dialog.ts';

interface WorkflowFormProps {
  /** Of the workflow that is changed; a new one has none yet. */
  id?: string;
  initial: SettingsDraft;
  graph: GraphDraft;
  /** What is edited in place of `graph` at first: it is not saved yet. */
  begun?: GraphDraft;
  /** Whether its arguments are its own. */
  own: boolean;
  onSaved: (workflow: Workflow) => void;
}

/** Everything that can be set on a workflow. */
export function WorkflowForm({
  id,
  initial,
  graph: initialGraph,
  begun = initialGraph,
  own: initialOwn,
  onSaved,
}: WorkflowFormProps) {
  const {
    present,
    change: changeAll,
    amend,
    ...history
  } = useHistory<WorkflowDraft>({
    graph: begun,
    settings: initial,
    own: initialOwn,
  });
  const { graph, own } = present;
  const known = useRef(present);
  useEffect(() => {
    known.current = present;
  });
  const form: FormPart['form'] = useForm<SettingsDraft>({
    initialValues: initial,
    validate: { name: (name) => (name.trim() ? null : t`is required`) },
    onValuesChange: (settings) => {
      const before = known.current;
      const changed = changedKeys(before.settings, settings);
      if (changed.length === 0) return;
      known.current = { ...before, settings };
      // the arguments of the first step follow from the graph
      if (!before.own && changed.join() === 'task_arguments') amend((all) => ({ ...all, settings }));
      else changeAll((all) => ({ ...all, settings }), `settings ${changed.join()}`);
    },
  });
  const { setValues, getValues } = form;
  useEffect(() => {
    // undone, or done again
    if (changedKeys(getValues(), present.settings).length > 0) setValues(present.settings);
  }, [present.settings, getValues, setValues]);
  const change = (next: (graph: GraphDraft) => GraphDraft, touched?: string) =>
    changeAll((all) => {
      const changed = next(all.graph);
      return changed === all.graph ? all : { ...all, graph: changed };
    }, touched);
  const setOwn = (chosen: boolean) => changeAll((all) => ({ ...all, own: chosen }));
  const [selected, setSelected] = useState<Selection>();
  const [isEmpty, setIsEmpty] = useState(false);
  const usable = useUsable(id);
  const { save, error, shownFields, refused, forget, pending } = useSaveWorkflow(form, id);
  useArgumentsOfFirst(form, graph, own, id !== undefined);
  const found = useMemo(() => problemsOf(graph), [graph]);
  const problems = [
    ...found,
    ...refused.filter((one) => !found.some(({ field }) => field === one.field)),
    ...(isEmpty && graph.steps.length === 0
      ? [{ field: 'steps', message: t`Add a step: a workflow without one does nothing.`, about: undefined }]
      : []),
  ];
  const saved = useRef(false);
  const isChanged = form.isDirty() || own !== initialOwn || !isSame(graph, initialGraph);
  const unsaved = () => !saved.current && isChanged;
  const kept = useKeptDraft(id, present, isChanged);
  useBlocker({
    shouldBlockFn: ({ current, next }) =>
      unsaved() &&
      !isSamePage(current, next) &&
      !window.confirm(t`Leave without saving the changes? They are kept as a draft in this tab.`),
    enableBeforeUnload: unsaved,
  });
  const submit = form.onSubmit(async (draft) => {
    if (pending) return;
    if (graph.steps.length === 0) {
      setIsEmpty(true);
      return focusProblems();
    }
    const answer = await save(draft, graph, own);
    if ('id' in answer) {
      saved.current = true;
      kept.forget();
      return onSaved(answer);
    }
    const about = answer.find((problem) => problem.about !== undefined)?.about;
    if (about) setSelected(about);
    focusFirstError();
  }, focusFirstError);
  return (
    <form onSubmit={submit} noValidate aria-label={t`Workflow`}>
      <Stack gap="lg">
        {kept.draft && (
          <Alert title={t`There is a draft that was not saved`} role="status">
            <Group gap="xs">
              <Text size="sm">{t`It was left in this tab.`}</Text>
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => {
                  const { draft } = kept;
                  if (draft) changeAll(() => draft);
                  kept.take();
                }}
              >
                {t`Go on with it`}
              </Button>
              <Button size="compact-sm" variant="subtle" onClick={kept.discard}>
                {t`Discard`}
              </Button>
            </Group>
          </Alert>
        )}
        <WhatItIs form={form} />
        <Panel title={t`Steps`}>
          <GraphEditor
            graph={graph}
            usable={usable}
            problems={problems}
            change={(next, touched) => {
              forget();
              change(next, touched);
            }}
            selected={selected}
            onSelect={setSelected}
            history={history}
          />
        </Panel>
        <WhatItAsksFor form={form} own={own} onOwn={setOwn} />
        <TriggersEditor form={form} id={id} />
        <HowItRuns form={form} />
        <WhoAndHowLong form={form} />
        <ErrorNotice error={error} shownFields={shownFields} />
        <Group justify="flex-end">
          <DryRunButton draft={present} isReady={graph.steps.length > 0 && found.length === 0} id={id} />
          <Button type="submit" loading={pending}>
            {id === undefined ? t`Create workflow` : t`Save`}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A dry run of what is edited, saved or not. */
function DryRunButton({
  draft,
  isReady,
  id = '',
}: {
  draft: WorkflowDraft;
  isReady: boolean;
  id?: string | undefined;
}) {
  const dry = useDialog('dry-run');
  const { graph, settings } = draft;
  const first = graph.steps.find((step) => step.id === (graph.starts[0] ?? rootsOf(graph)[0]))?.task;
  return (
    <>
      <Button
        variant="default"
        disabled={!isReady}
        title={isReady ? undefined : t`First mend what is wrong with the steps`}
        onClick={dry.open}
      >
        {t`Dry run`}
      </Button>
      {isReady && dry.opened && (
        <DryRunDialog
          name={settings.name}
          graph={graphOf(graph)}
          taskArguments={settings.task_arguments.map(definitionOf)}
          optionsOf={first ?? id}
          onClose={dry.close}
        />
      )}
    </>
  );
}

function isSame(a: GraphDraft, b: GraphDraft): boolean {
  return JSON.stringify(graphOf(a)) === JSON.stringify(graphOf(b));
}

/** While a workflow has no arguments of its own, those of the task that it begins with are what triggers give values to. */
function useArgumentsOfFirst(
  form: Pick<FormPart['form'], 'setFieldValue'>,
  graph: GraphDraft,
  own: boolean,
  isKnown: boolean,
): void {
  const roots = graph.starts.length > 0 ? graph.starts : rootsOf(graph);
  const first = roots.length === 1 ? graph.steps.find(({ id }) => id === roots[0]) : undefined;
  const task = first?.arguments === undefined ? first?.task : undefined;
  const { data } = useApi('getTask', { params: { id: task ?? '' } }, { enabled: task !== undefined });
  const [filledFrom, setFilledFrom] = useState(isKnown ? task : undefined);
  const { setFieldValue } = form;
  useEffect(() => {
    if (own || task === filledFrom || (task !== undefined && data === undefined)) return;
    setFilledFrom(task);
    setFieldValue('task_arguments', data === undefined ? [] : data.task_arguments.map(argumentDraft));
  }, [own, task, data, filledFrom, setFieldValue]);
}

/** Leads to what is wrong, once it is on the page. */
function focusFirstError(): void {
  requestAnimationFrame(() => {
    const input = document.querySelector<HTMLElement>('form [aria-invalid="true"]');
    if (input) input.focus();
    else focusProblems();
  });
}

/** Leads to what is wrong with the graph. */
function focusProblems(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-problems]')?.focus());
}
