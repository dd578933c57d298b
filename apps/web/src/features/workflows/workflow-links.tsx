import type { Workflow } from '@argus/contract';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { TextLink } from '../../ui/link.tsx';

type Named = Pick<Workflow, 'id' | 'name'>;

/** The workflows that a task or workflow is a step of. */
export function useWorkflowsUsing(id: string): readonly Named[] {
  const workflows = useApi('listWorkflows', { query: {} }).data ?? [];
  return workflows.filter(({ uses }) => uses.some((used) => used.id === id));
}

export function WorkflowLinks({ workflows }: { workflows: readonly Named[] }) {
  const customer = useCustomer();
  return workflows.map(({ id, name }, index) => (
    <span key={id}>
      {index > 0 && ', '}
      <TextLink to="/$customer/workflows/$workflowId" params={{ customer, workflowId: id }} size="sm">
        {name}
      </TextLink>
    </span>
  ));
}
