import type { WorkflowStep } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Button, Group, NumberInput, Select, Stack, Switch, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { useApi } from '../../../api/hooks.ts';
import { askedArguments } from '../../../ui/argument-form/values.ts';
import { stepTitle, type Usable } from '../use-used.ts';
import { EdgeEditor } from './edge-editor.tsx';
import classes from './editor.module.css';
import {
  rootsOf,
  stepsBefore,
  withChange,
  withEdge,
  withEdgeChange,
  withId,
  withoutEdge,
  withUsed,
  type GraphDraft,
  type Problem,
} from './graph-draft.ts';
import { StepArguments } from './step-arguments.tsx';
import { StepChoice } from './step-choice.tsx';
import { StepLimits } from './step-limits.tsx';

export interface PanelProps {
  graph: GraphDraft;
  usable: ReadonlyMap<string, Usable>;
  problems: readonly Problem[];
  /** `touched`: changes in a row to the same thing are undone as one. */
  change: (next: (graph: GraphDraft) => GraphDraft, touched?: string) => void;
}

interface StepPanelProps extends PanelProps {
  step: WorkflowStep;
  onRenamed: (id: string) => void;
  onRemove: () => void;
}

/** Everything about one step. */
export function StepPanel({ graph, step, usable, problems, change, onRenamed, onRemove }: StepPanelProps) {
  const { id } = step;
  const index = graph.steps.indexOf(step);
  const title = stepTitle(step, usable);
  const used = usable.get(step.task ?? step.workflow ?? '');
  const own = problems.filter(({ about }) => about?.step === id);
  const problemOf = (field: string) =>
    own
      .filter((problem) => problem.field === `steps[${index}].${field}`)
      .map(({ message }) => message)
      .join('; ') || undefined;
  const shown = ['id', 'name', 'join', 'timeout', 'retries', 'priority', 'grace_time', 'env'];
  const others = own.filter(
    ({ field }) =>
      !shown.some((name) => field === `steps[${index}].${name}`) && !field.includes('.arguments.'),
  );
  const set = (more: Parameters<typeof withChange>[2], touched?: string) =>
    change((before) => withChange(before, id, more), touched && `${id}.${touched}`);
  return (
    <Stack gap="sm" role="region" aria-label={t`Step ${title}`}>
      <Group justify="space-between" wrap="nowrap">
        <Title order={3} className={classes.cut}>
          {title}
        </Title>
        <Button size="compact-sm" color="red" variant="light" onClick={onRemove}>
          {t`Delete step`}
        </Button>
      </Group>
      {others.map(({ field, message }) => (
        <Text key={field + message} size="sm" c="var(--mantine-color-error)" role="alert">
          {message}
        </Text>
      ))}
      <StepChoice
        label={t`Runs`}
        usable={usable}
        chosen={step.task ?? step.workflow ?? null}
        onChoose={(next) => change((before) => withUsed(before, id, next))}
      />
      <div className={classes.pair}>
        <TextInput
          label={t`Name`}
          placeholder={used?.name}
          maxLength={200}
          value={step.name ?? ''}
          error={problemOf('name')}
          onChange={(event) => set({ name: event.currentTarget.value || undefined }, 'name')}
        />
        <IdInput
          key={id}
          id={id}
          taken={graph.steps.map((one) => one.id)}
          error={problemOf('id')}
          onChange={(next) => {
            change((before) => withId(before, id, next));
            onRenamed(next);
          }}
        />
      </div>
      <StartSwitch graph={graph} id={id} change={change} />
      <Then graph={graph} id={id} usable={usable} problems={problems} change={change} />
      <Join graph={graph} step={step} error={problemOf('join')} onChange={(join) => set({ join }, 'join')} />
      <ArgumentsOf
        graph={graph}
        step={step}
        usable={usable}
        problemOf={(key) => problemOf(`arguments.${key}`)}
        onChange={(mapping) => set({ arguments: mapping }, 'arguments')}
      />
      <StepLimits key={id} step={step} problemOf={problemOf} onChange={set} />
    </Stack>
  );
}

interface IdInputProps {
  id: string;
  taken: readonly string[];
  error: string | undefined;
  onChange: (id: string) => void;
}

/** The id is taken over once it is whole: in the meantime it would name nothing. */
function IdInput({ id, taken, error, onChange }: IdInputProps) {
  const [text, setText] = useState(id);
  const next = text.trim();
  const problem = !/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(next)
    ? t`letters, digits, _ and -; a letter first`
    : next !== id && taken.includes(next)
      ? t`is taken`
      : undefined;
  const commit = () => {
    if (problem === undefined && next !== id) onChange(next);
  };
  return (
    <TextInput
      label={t`Id`}
      spellCheck={false}
      autoComplete="off"
      classNames={{ input: classes.code }}
      value={text}
      error={error ?? problem}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}

/** Asked for only where several steps could be the first. */
function StartSwitch({ graph, id, change }: Pick<PanelProps, 'graph' | 'change'> & { id: string }) {
  const roots = rootsOf(graph);
  const isStart = graph.starts.includes(id);
  if (!isStart && (roots.length < 2 || !roots.includes(id))) return null;
  return (
    <Switch
      label={t`A run begins here`}
      description={t`Several steps may begin a run side by side.`}
      checked={isStart}
      onChange={(event) => {
        const { checked } = event.currentTarget;
        change((before) => ({
          ...before,
          starts: checked ? [...before.starts, id] : before.starts.filter((one) => one !== id),
        }));
      }}
    />
  );
}

/** What comes after a step, and when. */
function Then({ graph, id, usable, problems, change }: PanelProps & { id: string }) {
  const titles = new Map(graph.steps.map((step) => [step.id, stepTitle(step, usable)]));
  const edges = graph.edges.map((edge, index) => ({ edge, index })).filter(({ edge }) => edge.from === id);
  const next = new Set(edges.map(({ edge }) => edge.to));
  const choices = graph.steps.filter((step) => step.id !== id && !next.has(step.id));
  return (
    <Stack gap="xs">
      {edges.map(({ edge, index }) => (
        <EdgeEditor
          key={`${index} ${edge.to}`}
          edge={edge}
          title={titles.get(edge.to) ?? edge.to}
          problems={problems.filter(({ about }) => about?.edge === index).map(({ message }) => message)}
          onChange={(more) => change((before) => withEdgeChange(before, index, more), `edge ${index}`)}
          onRemove={() => change((before) => withoutEdge(before, index))}
        />
      ))}
      <Select
        label={t`Then`}
        description={t`A step that comes after this one; or draw a line from its last dot to the first dot of the other.`}
        data-connect
        placeholder={choices.length > 0 ? t`Choose a step` : t`Add another step first`}
        disabled={choices.length === 0}
        searchable
        value={null}
        data={choices.map((step) => ({ value: step.id, label: titles.get(step.id) ?? step.id }))}
        onChange={(to) => {
          if (to !== null) change((before) => withEdge(before, id, to));
        }}
      />
    </Stack>
  );
}

interface JoinProps {
  graph: GraphDraft;
  step: WorkflowStep;
  error: string | undefined;
  onChange: (join: WorkflowStep['join'] | undefined) => void;
}

/** What a step waits for, where several lead to it. */
function Join({ graph, step: { id, join }, error, onChange }: JoinProps) {
  const sources = new Set(graph.edges.filter(({ to }) => to === id).map(({ from }) => from)).size;
  if (sources < 2 && join === undefined) return null;
  const isNumber = typeof join === 'number';
  return (
    <div className={classes.pair}>
      <Select
        label={t`Waits for (${sources} lead here)`}
        allowDeselect={false}
        data={[
          { value: 'all', label: t`All of them that run` },
          { value: 'any', label: t`The first of them` },
          { value: 'number', label: t`So many of them` },
        ]}
        value={isNumber ? 'number' : (join ?? 'all')}
        error={isNumber ? undefined : error}
        onChange={(value) => onChange(value === 'number' ? 2 : value === 'any' ? 'any' : undefined)}
      />
      {isNumber && (
        <NumberInput
          aria-label={t`How many`}
          min={1}
          max={500}
          allowDecimal={false}
          value={join}
          error={error}
          onChange={(value) => onChange(typeof value === 'number' ? value : 1)}
        />
      )}
    </div>
  );
}

interface ArgumentsOfProps extends Pick<PanelProps, 'graph' | 'usable'> {
  step: WorkflowStep;
  problemOf: (key: string) => string | undefined;
  onChange: (mapping: WorkflowStep['arguments'] | undefined) => void;
}

function ArgumentsOf({ graph, step, usable, problemOf, onChange }: ArgumentsOfProps) {
  const { task, workflow } = step;
  const ofTask = useApi('getTask', { params: { id: task ?? '' } }, { enabled: task !== undefined });
  const ofWorkflow = useApi(
    'getWorkflow',
    { params: { id: workflow ?? '' } },
    { enabled: workflow !== undefined },
  );
  const found = task === undefined ? ofWorkflow.data : ofTask.data;
  if (found === undefined) return null;
  const titles = new Map(graph.steps.map((one) => [one.id, stepTitle(one, usable)]));
  return (
    <StepArguments
      definitions={askedArguments(found.task_arguments)}
      mapping={step.arguments}
      isFirst={!graph.edges.some(({ to }) => to === step.id)}
      before={stepsBefore(graph, step.id).map((id) => ({ id, title: titles.get(id) ?? id }))}
      problemOf={problemOf}
      onChange={onChange}
    />
  );
}
