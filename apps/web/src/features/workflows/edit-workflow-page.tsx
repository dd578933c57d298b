import type { Workflow, WorkflowVersion } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Alert } from '@mantine/core';
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
  const { version } = route.useSearch();
  const workflow = useApi('getWorkflow', { params: { id: workflowId } });
  return (
    <Loaded query={workflow}>
      {(found) =>
        version === undefined ? (
          <EditWorkflow key={found.id} workflow={found} />
        ) : (
          <EditFromVersion key={`${found.id} ${version}`} workflow={found} version={version} />
        )
      }
    </Loaded>
  );
}

/** The workflow with what it was at an earlier version, which is not saved yet. */
function EditFromVersion({ workflow, version }: { workflow: Workflow; version: number }) {
  const earlier = useApi('getWorkflowVersion', { params: { id: workflow.id, version } });
  return <Loaded query={earlier}>{(found) => <EditWorkflow workflow={workflow} earlier={found} />}</Loaded>;
}

function EditWorkflow({ workflow, earlier }: { workflow: Workflow; earlier?: WorkflowVersion }) {
  const { name } = workflow;
  const version = earlier?.version;
  const customer = useCustomer();
  const toWorkflow = useToWorkflow();
  // what it was when the form was opened: others may change it meanwhile
  const [old] = useState(() => ({
    settings: settingsDraft(earlier ? { ...workflow, env: earlier.env ?? {} } : workflow),
    graph: graphDraft(workflow),
    begun: earlier && graphDraft(earlier),
  }));
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
      {version !== undefined && (
        <Alert role="status">
          {t`These are the steps, lines and environments of version ${version}. Saving makes a new version of them.`}
        </Alert>
      )}
      <WorkflowForm
        id={workflow.id}
        initial={old.settings}
        graph={old.graph}
        {...(old.begun && { begun: old.begun })}
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
