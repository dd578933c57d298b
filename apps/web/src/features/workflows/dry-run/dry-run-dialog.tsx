import {
  dryRun,
  TASK_EVENTS,
  WORKFLOW_EVENTS,
  type DryRun,
  type WorkflowGraph,
  type WorkflowStep,
} from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Alert, Autocomplete, Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useMemo, useState } from 'react';
import { argumentTools } from '../../../ui/argument-form/values.ts';
import { ArgumentFields, useArguments } from '../../../ui/argument-form/argument-fields.tsx';
import { WarningIcon } from '../../../ui/icons.tsx';
import { said, sentence } from '../../../api/sentences/said.ts';
import { graphEdges } from '../graph-of-workflow.tsx';
import type { Selection } from '../graph/graph-words.ts';
import { LazyGraph } from '../graph/lazy-graph.tsx';
import { stepTitle } from '../use-used.ts';
import { drySteps } from './dry-graph.tsx';
import { DrySteps } from './dry-steps.tsx';
import { definitionsOf, endOf, runInput, SUCCESS, type EndDraft } from './dry-values.ts';
import { targetsOf, useDryTargets, type DryTarget } from './use-dry-used.ts';
import { Loading } from '../../../ui/loading.tsx';

export interface DryRunDialogProps {
  name: string;
  /** Without problems; saved or not. */
  graph: WorkflowGraph;
  /** What a run takes. */
  taskArguments: readonly Record<string, unknown>[];
  /** The task whose options are asked for, where an argument has some. */
  optionsOf: string;
  onClose: () => void;
}

/** What a run would do, without running anything: the values of the run and the end of each step are chosen, the rest follows. */
export function DryRunDialog(props: DryRunDialogProps) {
  const { name, onClose } = props;
  const targets = useDryTargets();
  return (
    <Modal opened onClose={onClose} title={t`Dry run of ${name}`} size="xl">
      <Text size="sm" c="dimmed" mb="md">
        {t`Nothing is run. Choose what the run is given and how its steps end; steps that run side by side end in the order in which they start.`}
      </Text>
      {targets ? <DryRunOf {...props} targets={targets} /> : <Loading height={220} />}
    </Modal>
  );
}

function DryRunOf({
  name,
  graph,
  taskArguments,
  optionsOf,
  targets,
  onClose,
}: DryRunDialogProps & { targets: ReadonlyMap<string, DryTarget> }) {
  const definitions = useMemo(() => definitionsOf(taskArguments), [taskArguments]);
  const asked = definitions.filter(({ type }) => type !== 'fixed');
  const state = useArguments(asked);
  const [drafts, setDrafts] = useState<ReadonlyMap<string, EndDraft>>(new Map());
  const [selected, setSelected] = useState<string>();
  const used = targetsOf(graph.steps, targets);
  const titles = new Map(graph.steps.map((step) => [step.id, stepTitle(step, targets)]));
  const titleOf = (step: string) => titles.get(step) ?? step;
  const { input, problems } = runInput(definitions, state.values);
  const ends = new Map(
    [...drafts].flatMap(([step, draft]) => {
      const end = endOf(draft);
      return end === undefined ? [] : [[step, end] as const];
    }),
  );
  const told = dryRun(graph, { used, input, ends, name }, argumentTools);
  const step = graph.steps.find(({ id }) => id === selected);
  const select = (chosen: Selection) => setSelected(chosen?.step === selected ? undefined : chosen?.step);
  return (
    <Stack>
      <Beforehand graph={graph} used={used} titleOf={titleOf} missing={problems} />
      <ArgumentFields task={optionsOf} definitions={asked} state={state} refused={{}} />
      <Outcome told={told} />
      <LazyGraph
        label={t`Steps of the dry run`}
        steps={drySteps(graph.steps, told, { used, titleOf })}
        edges={graphEdges(
          graph.edges.map((edge, place) => ({ ...edge, taken: told.taken[place] ?? false })),
          titleOf,
        )}
        selected={step && { step: step.id }}
        onSelect={select}
      />
      {step ? (
        <EndOfStep
          key={step.id}
          step={step}
          title={titleOf(step.id)}
          events={eventsOf(step, graph, used.get(step.id))}
          draft={drafts.get(step.id) ?? SUCCESS}
          onChange={(draft) => setDrafts((all) => new Map(all).set(step.id, draft))}
        />
      ) : (
        <Text size="xs" c="dimmed">
          {t`Choose a step to say how it ends.`}
        </Text>
      )}
      <DrySteps told={told} used={used} titleOf={titleOf} chosen={selected} onSelect={setSelected} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t`Close`}
        </Button>
      </Group>
    </Stack>
  );
}

interface BeforehandProps {
  graph: WorkflowGraph;
  used: ReadonlyMap<string, DryTarget>;
  titleOf: (step: string) => string;
  /** What the run itself lacks. */
  missing: readonly string[];
}

/** What could not run as things are. */
function Beforehand({ graph, used, titleOf, missing }: BeforehandProps) {
  const lines = [
    ...missing.map((problem) => sentence(said(problem))),
    ...graph.steps.flatMap(({ id }) => {
      const title = titleOf(id);
      const target = used.get(id);
      if (target === undefined)
        return t`${title}: what it runs is gone, or not yours to see. Its arguments are not checked.`;
      return target.problems.map((problem) => `${title}: ${problem}`);
    }),
  ];
  if (lines.length === 0) return null;
  return (
    <Alert color="orange" icon={<WarningIcon />} title={t`As things are, this could not run`} role="status">
      <ul style={{ margin: 0, paddingInlineStart: 18 }}>
        {lines.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </Alert>
  );
}

function Outcome({ told: { end } }: { told: DryRun }) {
  const why = sentence(said(end.reason));
  const output = end.output.join(', ');
  return (
    <div role="status">
      <Text fw={600}>
        {end.state === 'success' ? t`The run would end with success.` : t`The run would end with failure.`}
      </Text>
      <Text size="sm">{why}</Text>
      {output !== '' && <Text size="sm" style={{ overflowWrap: 'anywhere' }}>{t`Output: ${output}`}</Text>}
    </div>
  );
}

/** Events that a step may end with: the usual ones, those that its task has had, and those that lines wait for. */
function eventsOf(step: WorkflowStep, { edges }: WorkflowGraph, target: DryTarget | undefined): string[] {
  const usual = step.workflow === undefined ? TASK_EVENTS : WORKFLOW_EVENTS;
  const waited = edges.flatMap(({ from, on }) => (from === step.id && on !== undefined ? on : []));
  return [...new Set([...usual, ...(target?.events ?? []), ...waited])].filter((name) => name !== 'any');
}

interface EndOfStepProps {
  step: WorkflowStep;
  title: string;
  events: string[];
  draft: EndDraft;
  onChange: (draft: EndDraft) => void;
}

function EndOfStep({ title, events, draft, onChange }: EndOfStepProps) {
  return (
    <Stack gap="xs" component="section" aria-label={t`How ${title} ends`}>
      <Autocomplete
        label={t`${title} ends with`}
        description={t`An event: success, failure, or a name of your own that its script reports.`}
        data={events}
        // all of them are offered, whatever stands in the field
        filter={({ options }) => options}
        maxLength={64}
        value={draft.event}
        onChange={(event) => onChange({ ...draft, event })}
      />
      <Textarea
        label={t`Output of ${title}`}
        description={t`JSON: a list has one output each.`}
        // verbatim: JSON
        placeholder='[{"percent": 93}]'
        autosize
        minRows={1}
        maxRows={8}
        value={draft.output}
        error={endOf(draft) === undefined ? t`is no JSON` : undefined}
        onChange={(event) => onChange({ ...draft, output: event.currentTarget.value })}
      />
    </Stack>
  );
}
