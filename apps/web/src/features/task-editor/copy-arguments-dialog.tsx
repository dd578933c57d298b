import { t } from '@lingui/core/macro';
import { Button, Checkbox, Group, Modal, Select, Stack } from '@mantine/core';
import { useState } from 'react';
import { useApi } from '../../api/hooks.ts';
import { useTaskNames } from '../tasks/task-names.ts';
import { argumentDraft, type ArgumentDraft } from './task-draft.ts';

const OPTIONS_MAX = 100;

interface CopyArgumentsDialogProps {
  onAdd: (more: readonly ArgumentDraft[]) => void;
  onClose: () => void;
}

/** Takes over arguments of another task: all of them, or some. */
export function CopyArgumentsDialog({ onAdd, onClose }: CopyArgumentsDialogProps) {
  const names = useTaskNames();
  const [task, setTask] = useState<string | null>(null);
  const [left, setLeft] = useState<readonly string[]>([]);
  const found = useApi('getTask', { params: { id: task ?? '' } }, { enabled: task !== null }).data;
  const definitions = task === null ? [] : (found?.task_arguments ?? []);
  const wanted = definitions.filter((_definition, index) => !left.includes(String(index)));
  return (
    <Modal opened onClose={onClose} title={t`Copy arguments`}>
      <Stack>
        <Select
          label={t`Task`}
          data-autofocus
          searchable
          limit={OPTIONS_MAX}
          data={names.map(({ id, name }) => ({ value: id, label: name }))}
          value={task}
          onChange={(chosen) => {
            setTask(chosen);
            setLeft([]);
          }}
        />
        {found !== undefined && (
          <Checkbox.Group
            label={definitions.length === 0 ? t`It has no arguments.` : t`Arguments`}
            description={t`Masked values are not copied.`}
            value={definitions.flatMap((_one, index) =>
              left.includes(String(index)) ? [] : [String(index)],
            )}
            onChange={(chosen) =>
              setLeft(
                definitions.flatMap((_one, index) => (chosen.includes(String(index)) ? [] : [String(index)])),
              )
            }
          >
            <Stack gap={6} mt={6}>
              {definitions.map((definition, index) => (
                // an argument has no name but its place
                <Checkbox key={index} value={String(index)} label={nameOf(definition, index)} />
              ))}
            </Stack>
          </Checkbox.Group>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>{t`Cancel`}</Button>
          <Button
            disabled={wanted.length === 0}
            onClick={() => {
              onAdd(wanted.map(argumentDraft));
              onClose();
            }}
          >
            {t`Copy`}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function nameOf({ label }: Record<string, unknown>, index: number): string {
  const place = index + 1;
  return typeof label === 'string' && label !== '' ? label : t`Argument ${place}`;
}
