import { ArgusApiError } from '@argus/client';
import type { ArgumentDefinition } from '@argus/contract';
import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useRef, type KeyboardEvent, type ReactNode, type SyntheticEvent } from 'react';
import { ErrorNotice } from '../error-notice.tsx';
import { ArgumentFields, useArguments } from './argument-fields.tsx';
import { serverErrors, type FormValue } from './values.ts';

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
  /** Where there is nothing to go back to, there is no button for it. */
  onCancel?: () => void;
  /** What is said where there is nothing to ask for. */
  emptyText?: string | undefined;
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
  emptyText = 'It asks for no arguments.',
  children,
}: ArgumentFormProps) {
  const state = useArguments(definitions, earlier);
  const form = useRef<HTMLFormElement>(null);
  const refused = error instanceof ArgusApiError ? serverErrors(error.errors) : {};

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    // Enter pressed twice must not run it twice
    if (pending) return;
    const values = state.check();
    if (values) onSubmit(values);
    else focusFirstError(form.current);
  };
  // Enter is a line break in some of the inputs
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.current?.requestSubmit();
  };

  return (
    <form ref={form} onSubmit={submit} onKeyDown={onKeyDown} noValidate aria-label="Arguments">
      <Stack>
        {definitions.length === 0 && (
          <Text size="sm" c="dimmed">
            {emptyText}
          </Text>
        )}
        <ArgumentFields task={task} definitions={definitions} state={state} refused={refused} focused />
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
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
          )}
          <Button type="submit" loading={pending} data-autofocus={definitions.length === 0 || undefined}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Leads to what is wrong, once it is on the page. */
function focusFirstError(form: HTMLFormElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}
