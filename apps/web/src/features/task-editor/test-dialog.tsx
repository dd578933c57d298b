import { t } from '@lingui/core/macro';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useRef, useState, type SyntheticEvent } from 'react';
import { ArgumentField } from '../../ui/argument-form/argument-field.tsx';
import type { FormValue } from '../../ui/argument-form/values.ts';
import { MessagePreviewText } from './message-preview-panel.tsx';
import { PreviewText } from './preview-panel.tsx';
import { definitionsOf, problemsOfSamples, valuesOf, type Preview, type Samples } from './preview.ts';
import type { TaskDraft } from './task-draft.ts';

interface TestDialogProps {
  /** Of the task that is changed: its remote options are asked for. */
  id: string | undefined;
  draft: TaskDraft;
  samples: Samples;
  /** Null where the type has no command line. */
  preview: Preview | null;
  onSample: (key: string, value: FormValue) => void;
  onClose: () => void;
}

/** The form as who runs the task will see it; nothing runs, and what would run is shown below it. */
export function TestDialog({ id, draft, samples, preview, onSample, onClose }: TestDialogProps) {
  const [isChecked, setChecked] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const definitions = definitionsOf(draft);
  const asked = definitions.filter(({ type }) => type !== 'fixed');
  const values = valuesOf(draft, samples);
  const problems = isChecked ? problemsOfSamples(definitions, values) : {};
  const isRight = isChecked && Object.keys(problems).length === 0;
  const check = (event: SyntheticEvent) => {
    event.preventDefault();
    event.stopPropagation();
    setChecked(true);
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };
  return (
    <Modal opened onClose={onClose} title={t`Test the arguments`} size="lg">
      <form ref={form} onSubmit={check} noValidate aria-label={t`Arguments`}>
        <Stack>
          <Text size="sm" c="dimmed">
            {asked.length === 0
              ? t`It asks for no arguments: who runs it sees no form.`
              : t`This is what who runs it will see. Nothing runs here.`}
          </Text>
          {asked.map((definition, index) => (
            <ArgumentField
              key={draft.task_arguments[definition.order]?.key}
              task={id ?? ''}
              definition={definition}
              value={values[definition.order] ?? ''}
              error={problems[definition.order]}
              first={index === 0}
              onChange={(value) => onSample(draft.task_arguments[definition.order]?.key ?? '', value)}
            />
          ))}
          <Group justify="flex-end">
            <Text size="sm" role="status">
              {isRight && t`These values would be taken.`}
            </Text>
            {asked.length > 0 && (
              <Button type="submit" variant="default">
                {t`Check the values`}
              </Button>
            )}
            <Button onClick={onClose}>{t`Done`}</Button>
          </Group>
          {preview && <PreviewText preview={preview} />}
          {(draft.type === 'http' || draft.type === 'notification') && (
            <MessagePreviewText draft={draft} samples={samples} />
          )}
        </Stack>
      </form>
    </Modal>
  );
}
