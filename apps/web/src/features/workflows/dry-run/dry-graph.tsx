import type { DryRun, WorkflowStep } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { BanIcon } from '../../../ui/icons.tsx';
import type { GraphStep } from '../graph/graph-words.ts';
import type { DryTarget } from './use-dry-used.ts';

interface Around {
  used: ReadonlyMap<string, DryTarget>;
  titleOf: (step: string) => string;
}

/** The steps of a dry run as the graph draws them: the number says which starts when, the words how it ends. */
export function drySteps(
  steps: readonly WorkflowStep[],
  told: DryRun,
  { used, titleOf }: Around,
): GraphStep[] {
  return steps.map(({ id, workflow, position }) => {
    const place = told.steps.findIndex(({ step }) => step === id);
    const step = told.steps[place];
    const base = {
      id,
      title: titleOf(id),
      isWorkflow: workflow !== undefined,
      ...(position !== undefined && { position }),
    };
    if (step === undefined)
      return {
        ...base,
        subtitle: t`would be skipped`,
        look: { color: 'gray', icon: <BanIcon />, isFaint: true },
      };
    const waits = used.get(id)?.waits !== undefined;
    const event = step.refused === undefined ? step.end.event : t`could not start`;
    return {
      ...base,
      subtitle: waits ? t`waits for people, then ${event}` : event,
      look: {
        color: step.end.state === 'success' ? (waits ? 'orange' : 'green') : 'red',
        icon: <b>{place + 1}</b>,
      },
    };
  });
}
