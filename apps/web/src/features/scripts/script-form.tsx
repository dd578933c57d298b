import { ArgusApiError } from '@argus/client';
import { Button, Group, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { ScriptFields } from '../../ui/script-fields.tsx';

interface ScriptText {
  filename: string;
  content: string;
}

interface ScriptFormProps {
  initial: ScriptText;
  submitLabel: string;
  pending: boolean;
  error: unknown;
  /** Saves it; what it throws is shown. */
  onSubmit: (script: ScriptText) => Promise<void>;
}

export function ScriptForm({ initial, submitLabel, pending, error, onSubmit }: ScriptFormProps) {
  const form = useForm<ScriptText>({
    initialValues: initial,
    validate: { filename: (name) => (name.trim() ? null : 'is required') },
  });
  const submit = form.onSubmit((script) =>
    onSubmit(script).catch((failure: unknown) => {
      if (!(failure instanceof ArgusApiError)) return;
      form.setErrors(Object.fromEntries(failure.errors.map(({ field, message }) => [field, message])));
    }),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <ScriptFields filename={form.getInputProps('filename')} content={form.getInputProps('content')} />
        <ErrorNotice error={error} shownFields={Object.keys(form.errors)} />
        <Group justify="flex-end">
          <Button type="submit" loading={pending} disabled={!form.isDirty()}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
