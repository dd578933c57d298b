import { t } from '@lingui/core/macro';
import { Alert, Button, Group, Text } from '@mantine/core';

interface DraftNoticeProps {
  /** What was not kept, where something was not. */
  left?: string | undefined;
  onClose: () => void;
  onDiscard: () => void;
}

/** Says that a form has what was typed before the page was loaded again, and lets go of it. */
export function DraftNotice({ left, onClose, onDiscard }: DraftNoticeProps) {
  return (
    <Alert
      role="status"
      title={t`Your unsaved changes are back`}
      withCloseButton
      closeButtonLabel={t`Close`}
      onClose={onClose}
    >
      <Group justify="space-between">
        <Text size="sm">{left ?? t`They are as you left them, and not saved.`}</Text>
        <Button size="compact-sm" variant="default" onClick={onDiscard}>
          {t`Discard them`}
        </Button>
      </Group>
    </Alert>
  );
}
