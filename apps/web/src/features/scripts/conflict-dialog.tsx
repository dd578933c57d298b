import type { Client } from '@argus/client';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Loaded } from '../../ui/page.tsx';
import { LazyComparison } from './editor/lazy-editor.tsx';
import { asField, textOf } from './script-text.ts';

interface ConflictDialogProps {
  id: string;
  filename: string;
  mine: string;
  client: Client;
  onClose: () => void;
  /** Saves over the version that was looked at. */
  onMine: (version: number) => void;
  onTheirs: (version: number) => void;
}

/** Somebody else saved meanwhile: shows theirs and yours, and lets decide. */
export function ConflictDialog({
  id,
  filename,
  mine,
  client,
  onClose,
  onMine,
  onTheirs,
}: ConflictDialogProps) {
  const theirs = useQuery({
    queryKey: ['scriptConflict', id],
    queryFn: async ({ signal }) => {
      const script = await client.getScript({ params: { id }, signal });
      const query = { version: script.version };
      const file = await client.downloadScript({ params: { id }, query, signal });
      return { script, text: asField(textOf(await file.arrayBuffer()) ?? '') };
    },
    gcTime: 0,
  });
  return (
    <Modal opened onClose={onClose} title={t`Somebody else saved meanwhile`} size="80rem">
      <Loaded query={theirs}>
        {({ script: { version, changed_by }, text }) => {
          const by = changed_by ?? t`somebody`;
          return (
            <Stack>
              <Text size="sm">
                <Trans>
                  On the left is version {version}, saved by {by}; on the right is yours. Saving yours keeps
                  theirs among the versions; taking theirs drops what you wrote.
                </Trans>
              </Text>
              <LazyComparison
                filename={filename}
                before={{ label: t`Version ${version}`, text }}
                after={{ label: t`Yours`, text: mine }}
                sideBySide
              />
              <Group justify="flex-end" gap="xs">
                <Button variant="default" onClick={onClose}>
                  <Trans>Keep editing</Trans>
                </Button>
                <Button variant="default" onClick={() => onTheirs(version)}>
                  <Trans>Take theirs</Trans>
                </Button>
                <Button onClick={() => onMine(version)}>
                  <Trans>Save mine as the newest</Trans>
                </Button>
              </Group>
            </Stack>
          );
        }}
      </Loaded>
    </Modal>
  );
}
