import { t } from '@lingui/core/macro';
import { NumberInput, Stack, Switch, TextInput } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import { useDraft, useKeepDraft, type Draft } from '../../ui/use-draft.ts';
import classes from './run.module.css';

export interface Options {
  priority: number | string;
  held: boolean;
  /** Local date and time as the browser's input gives it; empty: now. */
  runAt: string;
}

const USUAL: Options = { priority: '', held: false, runAt: '' };

interface KeptOptions {
  values: Options;
  change: (values: Options) => void;
  /** The draft of what is asked for beside them, and of these: they are told of, and given up, together. */
  draftWith: <T>(values: Draft<T>) => Draft<T>;
}

/** The options of a run, kept for a reload as its values are. `name`: of what is run. */
export function useOptions(name: string): KeptOptions {
  const draft = useDraft<Options>(`options:${name}`, USUAL);
  const [values, change] = useState(draft.found ?? USUAL);
  const isChanged = JSON.stringify(values) !== JSON.stringify(USUAL);
  useKeepDraft(draft, isChanged ? values : undefined);
  const draftWith = useCallback(
    <T,>(other: Draft<T>): Draft<T> => ({
      ...other,
      isTold: other.isTold || draft.isTold,
      accept: () => {
        other.accept();
        draft.accept();
      },
      forget: () => {
        other.forget();
        draft.forget();
      },
      discard: () => {
        // one of them may have had nothing to give up, and is kept from here on as well
        other.settle();
        draft.settle();
        change(USUAL);
      },
    }),
    [draft],
  );
  return useMemo(() => ({ values, change, draftWith }), [values, draftWith]);
}

interface RunOptionsProps {
  values: Options;
  /** The priority of the task; left out where its steps have their own. */
  usual?: number;
  /** Whether it can be kept on hold. */
  holds?: boolean;
  /** Whether this person may plan a run for later. */
  plans: boolean;
  onChange: (values: Options) => void;
}

/** How a run differs from the usual ones: folded away, since it seldom does. */
export function RunOptions({ values, usual, holds = true, plans, onChange }: RunOptionsProps) {
  const [isOpen, setOpen] = useState(() => Object.keys(optionsOf(values)).length > 0 || values.runAt !== '');
  return (
    // what is not as usual is seen
    <details className={classes.fold} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t`Priority, later start`}</summary>
      <Stack gap="sm" mt="xs">
        <NumberInput
          label={t`Priority`}
          description={t`−100 to 100. Of what waits for the same bot, the highest goes first.`}
          placeholder={usual === undefined ? t`as its tasks` : String(usual)}
          min={-100}
          max={100}
          allowDecimal={false}
          maw={240}
          value={values.priority}
          disabled={values.runAt !== ''}
          onChange={(priority) => onChange({ ...values, priority })}
        />
        {holds && (
          <Switch
            label={t`Make the job, but keep it on hold`}
            description={t`It starts when somebody resumes it.`}
            checked={values.held}
            disabled={values.runAt !== ''}
            onChange={(event) => onChange({ ...values, held: event.currentTarget.checked })}
          />
        )}
        {plans && (
          <TextInput
            type="datetime-local"
            label={t`Run at`}
            description={t`On your clock. Empty: now. The run is found among the schedules until then.`}
            maw={280}
            value={values.runAt}
            onChange={(event) => onChange({ ...values, runAt: event.currentTarget.value })}
          />
        )}
      </Stack>
    </details>
  );
}

/** What of them a run is sent with. */
export function optionsOf({ priority, held }: Options) {
  return {
    ...(typeof priority === 'number' && { priority }),
    ...(held && { lifecycle: 'onhold' }),
  };
}
