import { t } from '@lingui/core/macro';
import { Modal, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface RunFrameProps {
  /** What is run. */
  name: string;
  description: string;
  onClose: () => void;
  children: ReactNode;
}

/** The dialog that runs something: a task or a workflow. */
export function RunFrame({ name, description, onClose, children }: RunFrameProps) {
  return (
    <Modal opened onClose={onClose} title={t`Run ${name}`} size="lg">
      {description && (
        <Text size="sm" c="dimmed" mb="md" lineClamp={4}>
          {description}
        </Text>
      )}
      {children}
    </Modal>
  );
}
