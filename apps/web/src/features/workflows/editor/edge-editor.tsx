import { OPERATORS, TASK_EVENTS, type Comparison, type Condition, type WorkflowEdge } from '@argus/contract';
import { t } from '@lingui/core/macro';
import {
  ActionIcon,
  Autocomplete,
  Button,
  Group,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useState } from 'react';
import { CrossIcon, PlusIcon } from '../../../ui/icons.tsx';
import { OPERATOR_WORDS } from '../condition-words.ts';
import { conditionOf, readValue, rowsOf, valueText, withOperator } from './condition-draft.ts';
import classes from './editor.module.css';
import { useText } from './use-text.ts';

interface EdgeEditorProps {
  edge: WorkflowEdge;
  /** The step that it leads to, as people know it. */
  title: string;
  problems: readonly string[];
  onChange: (change: { on?: string | undefined; when?: Condition | undefined }) => void;
  onRemove: () => void;
}

/** When a step comes after another: on which event, and what must be so. */
export function EdgeEditor({ edge, title, problems, onChange, onRemove }: EdgeEditorProps) {
  // empty for as long as another one is typed
  const [on, setOn] = useText(edge.on, readEvent, (event) => event ?? 'success');
  return (
    <fieldset className={classes.card} aria-label={t`Then ${title}`}>
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap" gap="xs">
          <Text size="sm" fw={600} className={classes.cut}>
            → {title}
          </Text>
          <ActionIcon variant="subtle" color="gray" aria-label={t`Remove: then ${title}`} onClick={onRemove}>
            <CrossIcon />
          </ActionIcon>
        </Group>
        <Autocomplete
          label={t`On`}
          description={t`“any” is every end. A name of your own: the event_name that a script reports.`}
          // verbatim: the name of an event
          placeholder="success"
          data={[...TASK_EVENTS, 'any']}
          maxLength={64}
          // all of them are offered, whatever stands in the field
          filter={({ options }) => options}
          value={on}
          onChange={(typed) => {
            setOn(typed);
            onChange({ on: readEvent(typed) });
          }}
        />
        <ConditionEditor condition={edge.when} onChange={(when) => onChange({ when })} />
        {problems.map((problem) => (
          <Text key={problem} size="xs" c="var(--mantine-color-error)" role="alert">
            {problem}
          </Text>
        ))}
      </Stack>
    </fieldset>
  );
}

/** `success` is what an edge says nothing of. */
function readEvent(text: string): string | undefined {
  const event = text.trim();
  return event === '' || event === 'success' ? undefined : event;
}

interface ConditionEditorProps {
  condition: Condition | undefined;
  onChange: (condition: Condition | undefined) => void;
}

function ConditionEditor({ condition, onChange }: ConditionEditorProps) {
  const shape = rowsOf(condition);
  const [writesJson, setWritesJson] = useState(shape === undefined);
  if (writesJson || shape === undefined)
    return (
      <>
        <JsonCondition condition={condition} onChange={onChange} />
        {shape !== undefined && (
          <Button size="compact-xs" variant="subtle" w="fit-content" onClick={() => setWritesJson(false)}>
            {t`As rows`}
          </Button>
        )}
      </>
    );
  const { join, rows } = shape;
  const set = (next: Comparison[]) => onChange(conditionOf({ join, rows: next }));
  return (
    <Stack gap="xs">
      {rows.length > 1 && (
        <Select
          label={t`If`}
          size="xs"
          allowDeselect={false}
          data={[
            { value: 'all', label: t`all of these are so` },
            { value: 'any', label: t`any of these is so` },
          ]}
          value={join}
          onChange={(value) => onChange(conditionOf({ join: value === 'any' ? 'any' : 'all', rows }))}
        />
      )}
      {rows.map((row, index) => (
        <ComparisonRow
          key={index}
          number={index + 1}
          row={row}
          onChange={(next) => set(rows.map((one, at) => (at === index ? next : one)))}
          onRemove={() => set(rows.filter((_, at) => at !== index))}
        />
      ))}
      <Group gap={4}>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<PlusIcon size={12} />}
          onClick={() => set([...rows, { path: 'output[0]', op: 'eq', value: '' }])}
        >
          {rows.length === 0 ? t`Only if…` : t`Another condition`}
        </Button>
        <Button size="compact-xs" variant="subtle" onClick={() => setWritesJson(true)}>
          {t`As JSON`}
        </Button>
      </Group>
    </Stack>
  );
}

interface ComparisonRowProps {
  number: number;
  row: Comparison;
  onChange: (row: Comparison) => void;
  onRemove: () => void;
}

function ComparisonRow({ number, row, onChange, onRemove }: ComparisonRowProps) {
  const { path, op, value } = row;
  const [text, setText] = useText(
    value,
    (typed) => readValue(typed, op),
    (one) => valueText(one, op),
  );
  const isText = op !== 'exists';
  return (
    <div className={classes.row}>
      <TextInput
        aria-label={t`Path ${number}`}
        placeholder="output[0].amount"
        spellCheck={false}
        autoComplete="off"
        classNames={{ input: classes.code }}
        value={path}
        onChange={(event) => onChange({ ...row, path: event.currentTarget.value })}
      />
      <Select
        aria-label={t`Comparison ${number}`}
        allowDeselect={false}
        data={OPERATORS.map((one) => ({ value: one, label: OPERATOR_WORDS[one] }))}
        value={op}
        onChange={(next) => onChange(withOperator(row, next as Comparison['op']))}
      />
      {isText ? (
        <TextInput
          aria-label={t`Value ${number}`}
          // verbatim: words that a script puts out
          placeholder={op === 'in' ? 'open, new' : op === 'matches' ? '^error' : '90'}
          spellCheck={false}
          autoComplete="off"
          classNames={{ input: classes.code }}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            onChange({ path, op, value: readValue(event.currentTarget.value, op) });
          }}
        />
      ) : (
        <Select
          aria-label={t`Value ${number}`}
          allowDeselect={false}
          data={[
            { value: 'yes', label: t`yes` },
            { value: 'no', label: t`no` },
          ]}
          value={value === false ? 'no' : 'yes'}
          onChange={(next) => onChange(next === 'no' ? { path, op, value: false } : { path, op })}
        />
      )}
      <ActionIcon variant="subtle" color="gray" aria-label={t`Remove condition ${number}`} onClick={onRemove}>
        <CrossIcon />
      </ActionIcon>
    </div>
  );
}

function JsonCondition({ condition, onChange }: ConditionEditorProps) {
  const [text, setText] = useState(() => (condition === undefined ? '' : JSON.stringify(condition, null, 2)));
  const change = (typed: string) => {
    setText(typed);
    if (typed.trim() === '') return onChange(undefined);
    const read = readCondition(typed);
    if (read !== undefined) onChange(read);
  };
  return (
    <Textarea
      label={t`Condition as JSON`}
      description={t`all, any and not can be nested: {"any": [{"path": "output[0]", "op": "exists"}, …]}`}
      autosize
      minRows={3}
      maxRows={16}
      spellCheck={false}
      classNames={{ input: classes.code }}
      value={text}
      error={text.trim() !== '' && readCondition(text) === undefined ? t`is not yet a condition` : undefined}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

function readCondition(text: string): Condition | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isCondition(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isCondition(value: unknown): value is Condition {
  if (typeof value !== 'object' || value === null) return false;
  if ('not' in value) return isCondition(value.not);
  const several = 'all' in value ? value.all : 'any' in value ? value.any : undefined;
  if (several !== undefined) return Array.isArray(several) && several.every(isCondition);
  return 'path' in value && 'op' in value && typeof value.path === 'string' && isOperator(value.op);
}

function isOperator(value: unknown): boolean {
  return OPERATORS.some((one) => one === value);
}
