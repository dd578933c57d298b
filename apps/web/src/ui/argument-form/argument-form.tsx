import { ArgusApiError } from '@argus/client';
import type { ArgumentDefinition } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useEffect, useRef, type KeyboardEvent, type ReactNode, type SyntheticEvent } from 'react';
import { DraftNotice } from '../draft-notice.tsx';
import { ErrorNotice } from '../error-notice.tsx';
import { ArgumentFields, useArguments, type ArgumentState } from './argument-fields.tsx';
import { useKeepDraft, type Draft } from '../use-draft.ts';
import { useFileDrop } from './use-file-drop.ts';
import classes from './argument-form.module.css';
import { serverErrors, type EarlierValue, type FormValue, type FormValues } from './values.ts';

interface ArgumentFormProps {
  /** Id of the task that asks. */
  task: string;
  /** The arguments to ask for, as `askedArguments` gives them. */
  definitions: readonly ArgumentDefinition[];
  /** Values of an earlier job by position; null where there is none to show. */
  earlier?: readonly EarlierValue[];
  /** What is wrong with what it starts with is said at once. */
  checked?: boolean;
  /** Keeps what is typed for a reload; what it found is in the form at once. */
  draft?: Draft<FormValues>;
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
  /** What stands beside its buttons. */
  beside?: ReactNode;
  /** What else is asked for, below the arguments. */
  children?: ReactNode;
}

/** Asks for the arguments of a task, and lets only values through that the contract's rules allow. */
export function ArgumentForm({
  task,
  definitions,
  earlier,
  checked = false,
  draft,
  submitLabel,
  pending,
  sent,
  error,
  onSubmit,
  onCancel,
  emptyText = t`It asks for no arguments.`,
  beside,
  children,
}: ArgumentFormProps) {
  const state = useArguments(definitions, earlier, checked, draft?.found);
  const isHovered = useFileDrop(definitions, state.values, state.change);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (checked) focusFirstError(form.current);
  }, [checked]);
  const refused = error instanceof ArgusApiError ? serverErrors(error.errors) : {};

  const percent = Math.floor((sent ?? 0) * 100);
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
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.shiftKey)
      form.current?.requestSubmit();
  };

  return (
    <form
      ref={form}
      onSubmit={submit}
      onKeyDown={onKeyDown}
      noValidate
      aria-label={t`Arguments`}
      className={classes.form}
      data-hovered={isHovered || undefined}
    >
      <Stack>
        {draft && <KeptValues draft={draft} definitions={definitions} state={state} />}
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
              {sent < 1 ? t`${percent} % of the files are sent` : t`The files are sent`}
            </Text>
            <Progress value={sent * 100} aria-label={t`Files sent`} />
          </div>
        )}
        <Group justify="flex-end" gap="xs">
          {beside && <div className={classes.beside}>{beside}</div>}
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              {t`Cancel`}
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

interface KeptValuesProps {
  draft: Draft<FormValues>;
  definitions: readonly ArgumentDefinition[];
  state: ArgumentState;
}

/** Keeps the values, and says that some are back. */
export function KeptValues({ draft, definitions, state }: KeptValuesProps) {
  useKeepDraft(draft, state.changes);
  if (!draft.isTold) return null;
  const leavesOut = definitions.some(({ type, masked }) => masked || type === 'file');
  const discard = () => {
    draft.forget();
    draft.accept();
    draft.discard?.();
    state.reset();
  };
  return (
    <DraftNotice
      left={leavesOut ? t`All but masked values and files: those were not kept.` : undefined}
      onClose={draft.accept}
      onDiscard={discard}
    />
  );
}

/** Leads to what is wrong, once it is on the page. */
function focusFirstError(form: HTMLFormElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}
