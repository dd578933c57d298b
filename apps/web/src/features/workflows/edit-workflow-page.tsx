import type { Workflow } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { TextLink } from '../../ui/link.tsx';
import { Loaded, Page } from '../../ui/page.tsx';
import { EMPTY_GRAPH, graphDraft } from './editor/graph-draft.ts';
import { EMPTY_SETTINGS, settingsDraft } from './editor/workflow-draft.ts';
import { WorkflowForm } from './editor/workflow-form.tsx';

const route = getRouteApi('/$customer/workflows/$workflowId/edit');

export function NewWorkflowPage() {
  const customer = useCustomer();
  const toWorkflow = useToWorkflow();
  return (
    <Page
      title={t`New workflow`}
      parent={
        <TextLink to="/$customer/workflows" params={{ customer }} size="sm">
          {t`Workflows`}
        </TextLink>
      }
    >
      <WorkflowForm initial={EMPTY_SETTINGS} graph={EMPTY_GRAPH} own={false} onSaved={toWorkflow} />
    </Page>
  );
}

export function EditWorkflowPage() {
  const { workflowId } = route.useParams();
  const workflow = useApi('getWorkflow', { params: { id: workflowId } });
  return <Loaded query={workflow}>{(found) => <EditWorkflow key={found.id} workflow={found} />}</Loaded>;
}

function EditWorkflow({ workflow }: { workflow: Workflow }) {
  const { name } = workflow;
  const customer = useCustomer();
  const toWorkflow = useToWorkflow();
  // what it was when the form was opened: others may change it meanwhile
  const [old] = useState(() => ({ settings: settingsDraft(workflow), graph: graphDraft(workflow) }));
  return (
    <Page
      title={t`Edit ${name}`}
      parent={
        <TextLink
          to="/$customer/workflows/$workflowId"
          params={{ customer, workflowId: workflow.id }}
          size="sm"
        >
          {workflow.name}
        </TextLink>
      }
    >
      <WorkflowForm
        id={workflow.id}
        initial={old.settings}
        graph={old.graph}
        own={workflow.own_arguments}
        onSaved={toWorkflow}
      />
    </Page>
  );
}

function useToWorkflow(): (workflow: Workflow) => void {
  const customer = useCustomer();
  const navigate = useNavigate();
  return ({ id }) =>
    void navigate({ to: '/$customer/workflows/$workflowId', params: { customer, workflowId: id } });
}
