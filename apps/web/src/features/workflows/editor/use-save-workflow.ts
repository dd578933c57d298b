import { ArgusApiError } from '@argus/client';
import type { Workflow } from '@argus/contract';
import type { UseFormReturnType } from '@mantine/form';
import { useState } from 'react';
import { useApi, useChange } from '../../../api/hooks.ts';
import { formErrors } from '../../task-editor/form-errors.ts';
import { triggerLabel } from '../../task-editor/trigger-names.ts';
import { placed, type GraphDraft, type Problem } from './graph-draft.ts';
import { workflowBody, type SettingsDraft } from './workflow-draft.ts';

const CHANGED = ['getWorkflow', 'listWorkflows', 'listEvents'] as const;

/** Saves a workflow; what the server finds wrong goes to its inputs, steps and lines. */
export function useSaveWorkflow(
  form: Pick<UseFormReturnType<SettingsDraft>, 'setErrors'>,
  id: string | undefined,
) {
  const create = useChange('createWorkflow', CHANGED);
  const update = useChange('updateWorkflow', CHANGED);
  const events = useApi('listEvents', {}).data ?? [];
  const [error, setError] = useState<unknown>();
  const [shownFields, setShownFields] = useState<readonly string[]>([]);
  const [refused, setRefused] = useState<readonly Problem[]>([]);

  const save = async (
    draft: SettingsDraft,
    graph: GraphDraft,
    own: boolean,
  ): Promise<Workflow | readonly Problem[]> => {
    setError(undefined);
    setRefused([]);
    try {
      const body = workflowBody(draft, graph, own);
      return await (id === undefined
        ? create.mutateAsync({ body })
        : update.mutateAsync({ params: { id }, body }));
    } catch (failure) {
      const errors = failure instanceof ArgusApiError ? failure.errors : [];
      const { byInput, shown } = formErrors(errors, draft, '', (trigger) => triggerLabel(trigger, events));
      const inGraph = errors.filter(({ field }) => /^(steps|edges|start)\b/.test(field));
      const problems = inGraph.map((one) => placed(one, graph));
      form.setErrors(byInput);
      setRefused(problems);
      setShownFields([...shown, ...inGraph.map(({ field }) => field)]);
      setError(failure);
      return problems;
    }
  };

  return {
    save,
    error,
    shownFields,
    /** What the server found wrong with the graph. */
    refused,
    forget: () => setRefused((before) => (before.length === 0 ? before : [])),
    pending: create.isPending || update.isPending,
  };
}
