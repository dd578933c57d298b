import { ArgusApiError } from '@argus/client';
import type { ArgumentDefinition } from '@argus/contract';
import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useRef, useState, type KeyboardEvent, type ReactNode, type SyntheticEvent } from 'react';
import { ErrorNotice } from '../error-notice.tsx';
import { ArgumentField } from './argument-field.tsx';
import { initialValues, serverErrors, validate, valueOf, type FormErrors, type FormValue } from './values.ts';

interface ArgumentFormProps {
  /** Id of the task that asks. */
  task: string;
  /** The arguments to ask for, as `askedArguments` gives them. */
  definitions: readonly ArgumentDefinition[];
  /** Values of an earlier job by position; null where there is none to show. */
  earlier?: readonly (string | null)[];
  submitLabel: string;
  pending: boolean;
  /** How much of its files is sent, 0 to 1; null where none are on their way. */
  sent: number | null;
  /** What the server said to the last submission. */
  error: unknown;
  onSubmit: (values: (FormValue | null)[]) => void;
  onCancel: () => void;
  /** What else is asked for, below the arguments. */
  children?: ReactNode;
}

/** Asks for the arguments of a task, and lets only values through that the contract's rules allow. */
export function ArgumentForm({
  task,
  definitions,
  earlier,
  submitLabel,
  pending,
  sent,
  error,
  onSubmit,
  onCancel,
  children,
}: ArgumentFormProps) {
  const [values, setValues] = useState(() => initialValues(definitions, earlier));
  const [problems, setProblems] = useState<FormErrors>({});
  const form = useRef<HTMLFormElement>(null);
  const refused = error instanceof ArgusApiError ? serverErrors(error.errors) : {};

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    // Enter pressed twice must not run it twice
    if (pending) return;
    const found = validate(definitions, values);
    setProblems(found);
    const [first] = definitions.filter(({ order }) => found[order] !== undefined);
    if (first) form.current?.querySelector<HTMLElement>(`#argument-${first.order}`)?.focus();
    else onSubmit(definitions.map(({ order }) => valueOf(values[order])));
  };
  // Enter is a line break in some of the inputs
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.current?.requestSubmit();
  };
  const change = (order: number, value: FormValue) => {
    setValues((all) => ({ ...all, [order]: value }));
    setProblems(({ [order]: _, ...others }) => others);
  };

  return (
    <form ref={form} onSubmit={submit} onKeyDown={onKeyDown} noValidate aria-label="Arguments">
      <Stack>
        {definitions.length === 0 && (
          <Text size="sm" c="dimmed">
            It asks for no arguments.
          </Text>
        )}
        {definitions.map((definition, index) => (
          <ArgumentField
            key={definition.order}
            task={task}
            definition={definition}
            value={values[definition.order] ?? ''}
            error={problems[definition.order] ?? refused[definition.order]}
            first={index === 0}
            onChange={(value) => change(definition.order, value)}
          />
        ))}
        {children}
        <ErrorNotice
          error={error}
          shownFields={Object.keys(refused).map((order) => `task_arguments[${order}]`)}
        />
        {sent !== null && (
          <div>
            <Text size="sm" c="dimmed">
              {sent < 1 ? `${Math.floor(sent * 100)} % of the files are sent` : 'The files are sent'}
            </Text>
            <Progress value={sent * 100} aria-label="Files sent" />
          </div>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={pending} data-autofocus={definitions.length === 0 || undefined}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
