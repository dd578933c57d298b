import { t } from '@lingui/core/macro';
import { Button, Group, Text } from '@mantine/core';
import { toasts } from './toasts.ts';

interface Offer {
  /** Of what it is about: a second offer for it takes the place of the first. */
  id: string;
  /** What was done, or is about to be. */
  message: string;
  undo: () => void;
  /** How long it is offered, milliseconds; false: until it is taken away. */
  ms: number | false;
}

/** Says what was done, with the way back. */
export function offerUndo({ id, message, undo, ms }: Offer): void {
  const takeBack = () => {
    toasts.hide(id);
    undo();
  };
  toasts.show({
    id,
    autoClose: ms,
    withCloseButton: ms !== false,
    message: (
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="sm">{message}</Text>
        <Button size="compact-sm" variant="default" onClick={takeBack}>
          {t`Undo`}
        </Button>
      </Group>
    ),
  });
}
