import type { ArgumentDefinition } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Button, Kbd, Stack, Text } from '@mantine/core';
import { useState, type KeyboardEvent, type ReactNode } from 'react';
import { ArgumentForm } from '../../ui/argument-form/argument-form.tsx';
import {
  initialValues,
  validate,
  valueOf,
  type EarlierValue,
  type FormValue,
  type FormValues,
} from '../../ui/argument-form/values.ts';
import { useConfirmation } from './confirmation.tsx';
import type { Draft } from '../../ui/use-draft.ts';
import { LastValues, type ValueSet } from './last-values.tsx';

interface RunFormProps {
  /** The task whose options are asked for, where an argument has some. */
  optionsOf: string;
  definitions: readonly ArgumentDefinition[];
  /** Values of the run that is repeated. */
  earlier?: readonly EarlierValue[] | undefined;
  /** What this person gave it before, the newest first. */
  sets: readonly ValueSet[];
  /** What is typed, kept for a reload. */
  draft: Draft<FormValues>;
  /** Others give the values: nothing is asked for here. */
  asksOthers: boolean;
  /** What has to be confirmed first; empty: nothing. */
  confirm?: string;
  /** It runs later. */
  isPlanned: boolean;
  pending: boolean;
  /** How much of its files is sent, 0 to 1; null where none are on their way. */
  sent: number | null;
  error: unknown;
  onRun: (values: (FormValue | null)[]) => void;
  onClose: () => void;
  /** What is told before anything is asked. */
  above: ReactNode;
  /** What else is asked for, below the arguments. */
  children?: ReactNode;
}

interface Start {
  set: ValueSet;
  /** Whether what is missing in it is said at once. */
  checked: boolean;
}

/** Asks for what a run is given, with the last values at hand, and all of it by the keyboard. */
export function RunForm({
  optionsOf,
  definitions,
  earlier,
  sets,
  draft,
  asksOthers,
  confirm = '',
  isPlanned,
  pending,
  sent,
  error,
  onRun,
  onClose,
  above,
  children,
}: RunFormProps) {
  const [start, setStart] = useState<Start>();
  const confirmation = useConfirmation(confirm);
  const run = (given: (FormValue | null)[]) => {
    if (confirmation.check()) onRun(given);
  };
  const runAgain = (set: ValueSet) => {
    const values = initialValues(definitions, startOf(set));
    if (Object.keys(validate(definitions, values)).length > 0) setStart({ set, checked: true });
    else run(definitions.map(({ order }) => valueOf(values[order])));
  };
  const [latest] = asksOthers || definitions.length === 0 ? [] : sets;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (latest && !pending) runAgain(latest);
  };
  const values = start ? startOf(start.set) : earlier;
  return (
    <Stack onKeyDown={onKeyDown}>
      {above}
      {!asksOthers && (
        <LastValues
          sets={sets}
          definitions={definitions}
          chosen={start?.set.id}
          onChoose={(set) => setStart({ set, checked: false })}
        />
      )}
      <ArgumentForm
        key={`${start?.set.id} ${start?.checked}`}
        task={optionsOf}
        definitions={
          asksOthers ? [] : values ? definitions.map((one) => givenAnew(one, values[one.order])) : definitions
        }
        emptyText={
          asksOthers ? t`They find the form under My pending actions, and get a message.` : undefined
        }
        {...(values && { earlier: values })}
        checked={start?.checked ?? false}
        // other values were chosen since
        draft={start === undefined ? draft : { ...draft, found: undefined, isTold: false }}
        submitLabel={isPlanned ? t`Plan the run` : t`Run`}
        pending={pending}
        sent={sent}
        error={error}
        onSubmit={run}
        onCancel={onClose}
        beside={
          latest && (
            <Button
              variant="subtle"
              disabled={pending}
              title={t`Ctrl+Shift+Enter`}
              aria-keyshortcuts="Control+Shift+Enter"
              onClick={() => runAgain(latest)}
            >
              {t`Run with last values`}
            </Button>
          )
        }
      >
        {children}
        {confirmation.field}
      </ArgumentForm>
      <Text size="xs" c="dimmed" visibleFrom="sm">
        <Kbd size="xs">Ctrl</Kbd> + <Kbd size="xs">Enter</Kbd> {t`runs it`}
        {latest && (
          <>
            {' · '}
            <Kbd size="xs">Ctrl</Kbd> + <Kbd size="xs">Shift</Kbd> + <Kbd size="xs">Enter</Kbd>{' '}
            {t`runs it with your last values`}
          </>
        )}
      </Text>
    </Stack>
  );
}

function startOf(set: ValueSet): readonly EarlierValue[] {
  return set.start ?? set.values;
}

/** What of the earlier values cannot be in the form, and is said: nobody sees a masked one again, and files go. */
function givenAnew(definition: ArgumentDefinition, earlier: EarlierValue | undefined): ArgumentDefinition {
  const isGone = definition.type === 'file' && typeof earlier === 'string' && earlier !== '';
  if (!definition.masked && !isGone) return definition;
  const note = definition.masked
    ? t`Masked: the earlier value is not shown, type it again.`
    : t`The earlier file ${earlier as string} is not at hand here: choose it again.`;
  return { ...definition, help: definition.help ? `${definition.help} ${note}` : note };
}
