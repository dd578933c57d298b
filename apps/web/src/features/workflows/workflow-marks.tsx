import type { Workflow } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Badge } from '@mantine/core';
import { useCustomer } from '../../api/hooks.ts';
import { PauseIcon, WarningIcon } from '../../ui/icons.tsx';
import { BadgeLink } from '../../ui/link.tsx';
import { otherProblems } from './workflow-list.ts';

/** The tags of a workflow: each leads to the workflows that have it. */
export function WorkflowTags({ tags, size = 'sm' }: { tags: readonly string[]; size?: 'xs' | 'sm' }) {
  const customer = useCustomer();
  return tags.map((tag) => (
    <BadgeLink
      key={tag}
      size={size}
      variant="default"
      to="/$customer/workflows"
      params={{ customer }}
      search={{ tag }}
      title={t`Workflows with the tag ${tag}`}
    >
      {tag}
    </BadgeLink>
  ));
}

/** That a workflow is paused, or cannot run, and why. */
export function WorkflowMarks({ workflow }: { workflow: Pick<Workflow, 'paused' | 'problems'> }) {
  const others = otherProblems(workflow);
  const look = { size: 'xs', variant: 'light' } as const;
  return (
    <>
      {workflow.paused && (
        <Badge {...look} color="yellow" leftSection={<PauseIcon size={10} />} title={workflow.problems[0]}>
          {t`Paused`}
        </Badge>
      )}
      {others.length > 0 && (
        <Badge {...look} color="orange" leftSection={<WarningIcon size={10} />} title={others.join(' ')}>
          {t`Cannot run`}
        </Badge>
      )}
    </>
  );
}
