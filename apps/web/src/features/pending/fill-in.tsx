import { t } from '@lingui/core/macro';
import type { ArgumentDefinition, Pending } from '@argus/contract';
import { Modal, Text } from '@mantine/core';
import { toasts } from '../../ui/toasts.ts';
import { useMutation } from '@tanstack/react-query';
import { useClient } from '../../api/hooks.ts';
import { ArgumentForm } from '../../ui/argument-form/argument-form.tsx';
import { askedArguments, newFilesOf, type FormValue } from '../../ui/argument-form/values.ts';
import { suggestedValues } from './pending-words.ts';
import classes from './pending.module.css';
import { useDecided } from './use-decide.ts';

interface FillInProps {
  pending: Pending;
  onDone?: () => void;
  onCancel?: () => void;
}

/** The form of the arguments that a job waits for. */
export function FillIn({ pending, onDone, onCancel }: FillInProps) {
  const client = useClient();
  const decided = useDecided();
  const { job_id, task } = pending;
  const { name } = task;
  const give = useMutation({
    mutationFn: async (values: (FormValue | null)[]) =>
      client.giveJobInput({
        params: { id: job_id },
        body: { task_arguments: await Promise.all(values.map(withoutFiles)) },
      }),
    onSuccess: () => {
      decided();
      toasts.show({ message: t`You filled in ${name}.` });
      onDone?.();
    },
    onError: decided,
  });
  return (
    <ArgumentForm
      task={task.id}
      definitions={askedArguments(pending.task_arguments).map(withNote)}
      earlier={suggestedValues(pending)}
      submitLabel={t`Send`}
      emptyText={t`It asks for no arguments: send it to let it go on.`}
      pending={give.isPending}
      sent={null}
      error={give.error}
      onSubmit={(values) => give.mutate(values)}
      {...(onCancel && { onCancel })}
    />
  );
}

/** The same on top of a list. */
export function FillInDialog({ pending, onClose }: { pending: Pending; onClose: () => void }) {
  const { name } = pending.task;
  return (
    <Modal opened onClose={onClose} title={t`Fill in ${name}`} size="lg">
      {pending.message !== '' && (
        <Text size="sm" mb="md" className={classes.message}>
          {pending.message}
        </Text>
      )}
      <FillIn pending={pending} onDone={onClose} onCancel={onClose} />
    </Modal>
  );
}

/** Nobody sees a masked value again, also not one that was suggested. */
function withNote(definition: ArgumentDefinition): ArgumentDefinition {
  if (!definition.masked) return definition;
  const { help } = definition;
  return {
    ...definition,
    help: help ? t`${help} Masked: nobody sees it again.` : t`Masked: nobody sees it again.`,
  };
}

/** Files travel in the body, as data URLs. */
async function withoutFiles(value: FormValue | null): Promise<string | string[] | null> {
  const files = newFilesOf(value);
  if (files.length === 0) return value as string | string[] | null;
  const urls = await Promise.all(files.map(dataUrl));
  return urls.length === 1 ? (urls[0] ?? null) : urls;
}

function dataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () =>
      resolve(
        (reader.result as string).replace(/^data:([^;,]*)/, `data:$1;name=${encodeURIComponent(file.name)}`),
      ),
    );
    reader.addEventListener('error', () => reject(reader.error ?? new Error(t`The file cannot be read.`)));
    reader.readAsDataURL(file);
  });
}
