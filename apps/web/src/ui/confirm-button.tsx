import { t } from '@lingui/core/macro';
import { Button, Group, Modal, Stack, Text, type ButtonProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { ErrorNotice } from './error-notice.tsx';
import { useDialog } from './use-dialog.ts';

interface ConfirmButtonProps extends ButtonProps {
  /** The dialog's name in the address: the page's only one of that name. */
  name: string;
  /** The verb on both buttons. */
  label: string;
  /** What the first of them is called where many stand below each other. */
  'aria-label'?: string;
  /** Of what it will do, with the name of what it will do it to. */
  question: ReactNode;
  /** Does it; the dialog stays and shows the error where it fails. */
  onConfirm: () => Promise<unknown>;
  error?: unknown;
  pending?: boolean;
}

/** A button for what cannot be undone, or for some seconds only: it asks once more. */
export function ConfirmButton({
  name,
  label,
  question,
  onConfirm,
  error,
  pending = false,
  ...button
}: ConfirmButtonProps) {
  const { opened, open, close } = useDialog(name);
  const confirm = () => void onConfirm().then(close, () => undefined);
  return (
    <>
      <Button variant="default" {...button} onClick={open}>
        {label}
      </Button>
      <Modal opened={opened} onClose={close} title={`${label}?`}>
        <Stack>
          <Text component="div" size="sm">
            {question}
          </Text>
          <ErrorNotice error={error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close} data-autofocus>
              {t`Keep`}
            </Button>
            <Button color="red" loading={pending} onClick={confirm}>
              {label}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
