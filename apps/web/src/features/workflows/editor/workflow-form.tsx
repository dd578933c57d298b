import type { Workflow } from '@argus/contract';
import { Button, Group, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useApi } from '../../../api/hooks.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Panel } from '../../../ui/page.tsx';
import type { FormPart } from '../../task-editor/form-part.ts';
import { argumentDraft } from '../../task-editor/task-draft.ts';
import { TriggersEditor } from '../../task-editor/triggers.tsx';
import type { Selection } from '../graph/graph-words.ts';
import { useUsable } from '../use-used.ts';
import { graphOf, problemsOf, rootsOf, type GraphDraft } from './graph-draft.ts';
import { GraphEditor } from './graph-editor.tsx';
import { useHistory } from './use-history.ts';
import { useSaveWorkflow } from './use-save-workflow.ts';
import type { SettingsDraft } from './workflow-draft.ts';
import { HowItRuns, WhatItAsksFor, WhatItIs, WhoAndHowLong } from './workflow-settings.tsx';

interface WorkflowFormProps {
  /** Of the workflow that is changed; a new one has none yet. */
  id?: string;
  initial: SettingsDraft;
  graph: GraphDraft;
  /** Whether its arguments are its own. */
  own: boolean;
  onSaved: (workflow: Workflow) => void;
}

/** Everything that can be set on a workflow. */
export function WorkflowForm({
  id,
  initial,
  graph: initialGraph,
  own: initialOwn,
  onSaved,
}: WorkflowFormProps) {
  const form: FormPart['form'] = useForm<SettingsDraft>({
    initialValues: initial,
    validate: { name: (name) => (name.trim() ? null : 'is required') },
  });
  const { present: graph, change, ...history } = useHistory(initialGraph);
  const [selected, setSelected] = useState<Selection>();
  const [own, setOwn] = useState(initialOwn);
  const [isEmpty, setIsEmpty] = useState(false);
  const usable = useUsable(id);
  const { save, error, shownFields, refused, forget, pending } = useSaveWorkflow(form, id);
  useArgumentsOfFirst(form, graph, own, id !== undefined);
  const found = useMemo(() => problemsOf(graph), [graph]);
  const problems = [
    ...found,
    ...refused.filter((one) => !found.some(({ field }) => field === one.field)),
    ...(isEmpty && graph.steps.length === 0
      ? [{ field: 'steps', message: 'Add a step: a workflow without one does nothing.', about: undefined }]
      : []),
  ];
  const saved = useRef(false);
  const unsaved = () =>
    !saved.current && (form.isDirty() || own !== initialOwn || !isSame(graph, initialGraph));
  useBlocker({
    shouldBlockFn: () => unsaved() && !window.confirm('Leave without saving the changes?'),
    enableBeforeUnload: unsaved,
  });
  const submit = form.onSubmit(async (draft) => {
    if (pending) return;
    if (graph.steps.length === 0) return setIsEmpty(true);
    const answer = await save(draft, graph, own);
    if ('id' in answer) {
      saved.current = true;
      return onSaved(answer);
    }
    const about = answer.find((problem) => problem.about !== undefined)?.about;
    if (about) setSelected(about);
    focusFirstError();
  }, focusFirstError);
  return (
    <form onSubmit={submit} noValidate aria-label="Workflow">
      <Stack gap="lg">
        <WhatItIs form={form} />
        <Panel title="Steps">
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
          <Button type="submit" loading={pending}>
            {id === undefined ? 'Create workflow' : 'Save'}
          </Button>
        </Group>
      </Stack>
    </form>
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
  requestAnimationFrame(() => document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus());
}
