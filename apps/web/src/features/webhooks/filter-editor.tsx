import type { Comparison } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Button, Group, Select, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { PlusIcon } from '../../ui/icons.tsx';
import { filterDraft, filterOf, newRow, type FilterDraft, type RowDraft } from './webhook-draft.ts';
import { OPERATOR_LABELS } from './webhook-words.ts';
import classes from './webhooks.module.css';

const OPERATORS = Object.entries(OPERATOR_LABELS).map(([value, label]) => ({ value, label }));

interface FilterEditorProps {
  value: FilterDraft;
  error: ReactNode;
  onChange: (value: FilterDraft) => void;
}

/** Which deliveries start something: rows that are compared, or JSON for what rows cannot say. */
export function FilterEditor({ value, error, onChange }: FilterEditorProps) {
  const { way, join, rows } = value;
  const set = (key: string, change: Partial<RowDraft>) =>
    onChange({ ...value, rows: rows.map((row) => (row.key === key ? { ...row, ...change } : row)) });
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {way === 'rows' && rows.length === 0
          ? t`Without a filter every delivery starts what lists this webhook.`
          : t`Other deliveries are kept and start nothing.`}{' '}
        <Trans>
          A path leads into what came: <code>body.pull_request.merged</code>,{' '}
          <code>headers[&quot;x-github-event&quot;]</code>, <code>query.env</code>.
        </Trans>
      </Text>
      {way === 'json' ? (
        <Textarea
          label={t`Filter as JSON`}
          description={t`all, any and not hold other conditions; a comparison has path, op and value.`}
          // verbatim: JSON
          placeholder='{"any": [{"path": "body.action", "op": "eq", "value": "closed"}]}'
          autosize
          minRows={4}
          maxRows={20}
          spellCheck={false}
          classNames={{ input: classes.code }}
          value={value.json}
          error={error}
          onChange={(event) => onChange({ ...value, json: event.currentTarget.value })}
        />
      ) : (
        <>
          {rows.length > 1 && (
            <SegmentedControl
              aria-label={t`How the rows are joined`}
              className={classes.join}
              data={[
                { value: 'all', label: t`All of these` },
                { value: 'any', label: t`Any of these` },
              ]}
              value={join}
              onChange={(next) => onChange({ ...value, join: next })}
            />
          )}
          {rows.map((row, index) => (
            <FilterRow
              key={row.key}
              row={row}
              number={index + 1}
              onChange={(change) => set(row.key, change)}
              onRemove={() => onChange({ ...value, rows: rows.filter(({ key }) => key !== row.key) })}
            />
          ))}
          {error && (
            <Text size="sm" c="red" role="alert">
              {error}
            </Text>
          )}
        </>
      )}
      <Group gap="xs">
        {way === 'rows' && (
          <Button
            variant="default"
            leftSection={<PlusIcon />}
            onClick={() => onChange({ ...value, rows: [...rows, newRow()] })}
          >
            {t`Add a row`}
          </Button>
        )}
        <Button variant="subtle" onClick={() => onChange(otherWay(value))} disabled={!canChange(value)}>
          {way === 'rows' ? t`Write it as JSON` : t`Back to rows`}
        </Button>
        {!canChange(value) && (
          <Text size="xs" c="dimmed">
            {t`Rows cannot say this.`}
          </Text>
        )}
      </Group>
    </Stack>
  );
}

interface FilterRowProps {
  row: RowDraft;
  number: number;
  onChange: (change: Partial<RowDraft>) => void;
  onRemove: () => void;
}

function FilterRow({ row: { path, op, text }, number, onChange, onRemove }: FilterRowProps) {
  return (
    <div className={classes.row} role="group" aria-label={t`Row ${number}`}>
      <TextInput
        aria-label={t`Path of row ${number}`}
        placeholder="body.action"
        spellCheck={false}
        autoComplete="off"
        classNames={{ input: classes.code }}
        value={path}
        onChange={(event) => onChange({ path: event.currentTarget.value })}
      />
      <Select
        aria-label={t`Comparison of row ${number}`}
        allowDeselect={false}
        data={OPERATORS}
        value={op}
        onChange={(next) => onChange({ op: next as Comparison['op'] })}
      />
      {op === 'exists' ? (
        <Select
          aria-label={t`Value of row ${number}`}
          allowDeselect={false}
          data={[
            { value: 'yes', label: t`yes` },
            { value: 'no', label: t`no` },
          ]}
          value={text === 'no' ? 'no' : 'yes'}
          onChange={(next) => onChange({ text: next ?? 'yes' })}
        />
      ) : (
        <TextInput
          aria-label={t`Value of row ${number}`}
          // verbatim: words that another system sends
          placeholder={op === 'in' ? 'opened, closed' : op === 'matches' ? '^release/' : 'closed'}
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) => onChange({ text: event.currentTarget.value })}
        />
      )}
      <Button variant="subtle" color="red" onClick={onRemove} aria-label={t`Remove row ${number}`}>
        {t`Remove`}
      </Button>
    </div>
  );
}

function otherWay(draft: FilterDraft): FilterDraft {
  const read = filterOf(draft);
  if ('problem' in read) return draft;
  if (draft.way === 'json') return filterDraft(read.filter);
  return { ...draft, way: 'json', json: read.filter === null ? '' : JSON.stringify(read.filter, null, 2) };
}

/** Rows can be written as JSON; JSON as rows where it is a list of comparisons. */
function canChange(draft: FilterDraft): boolean {
  if (draft.way === 'rows') return true;
  const read = filterOf(draft);
  if ('problem' in read) return false;
  try {
    return filterDraft(read.filter).way === 'rows';
  } catch {
    return false;
  }
}
