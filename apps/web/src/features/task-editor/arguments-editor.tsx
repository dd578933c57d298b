import type { TaskType } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Button, Group, Menu, Stack, Text } from '@mantine/core';
import { useRef, useState } from 'react';
import { download } from '../../ui/download.ts';
import { CopyIcon, MoreIcon, PlayIcon, PlusIcon } from '../../ui/icons.tsx';
import { Panel } from '../../ui/page.tsx';
import { useDialog } from '../../ui/use-dialog.ts';
import unseen from '../../ui/unseen.module.css';
import { ArgumentCard } from './argument-card.tsx';
import { argumentsOf, recipeOf } from './argument-recipe.ts';
import { CopyArgumentsDialog } from './copy-arguments-dialog.tsx';
import type { FormPart } from './form-part.ts';
import { emptyArgument, type ArgumentDraft } from './task-draft.ts';
import { useReorder } from './use-reorder.ts';

const [first, second] = ['{0}', '{1}'];
const TEXTS: Readonly<Record<TaskType, string>> = {
  script: t`The script gets them in this order. Fixed ones are never asked for; all others are asked for whenever it runs.`,
  approval: t`Who decides sees them, and what follows gets them in this order. Fixed ones are never asked for; all others are asked for whenever it runs.`,
  input: t`These are asked for, and what follows gets them in this order. Fixed ones are never asked for.`,
  notification: t`The text names them by their place (${first}, ${second} …) or their label. Fixed ones are never asked for; all others are asked for whenever it runs.`,
  http: t`Address, headers and body name them by their place (${first}, ${second} …) or their label. Fixed ones are never asked for; all others are asked for whenever it runs.`,
};

/** The ordered arguments of a task: added, put in order, defined, tried. */
export function ArgumentsEditor({ form, onTest }: FormPart & { onTest: () => void }) {
  return (
    <Panel
      title={t`Task Arguments`}
      actions={
        <Button variant="default" size="compact-sm" leftSection={<PlayIcon />} onClick={onTest}>
          {t`Test the arguments`}
        </Button>
      }
    >
      <Stack>
        <Text size="sm" c="dimmed">
          {TEXTS[form.values.type]}
        </Text>
        <ArgumentCards form={form} />
      </Stack>
    </Panel>
  );
}

/** The same without what surrounds it. */
export function ArgumentCards({ form }: FormPart) {
  const drafts = form.values.task_arguments;
  const count = drafts.length;
  const [told, setTold] = useState('');
  const move = (from: number, to: number) => {
    form.reorderListItem('task_arguments', { from, to });
    const place = to + 1;
    setTold(t`Now argument ${place} of ${count}.`);
  };
  const { list, handle, dragged } = useReorder(
    drafts.map(({ key }) => key),
    move,
  );
  const addAll = (more: readonly ArgumentDraft[]) =>
    form.setFieldValue('task_arguments', [...form.getValues().task_arguments, ...more]);
  return (
    <>
      <Stack ref={list}>
        {drafts.map((draft, index) => (
          <ArgumentCard
            key={draft.key}
            form={form}
            draft={draft}
            index={index}
            count={count}
            handle={handle(draft.key)}
            isDragged={dragged === draft.key}
            onMove={(to) => move(index, to)}
          />
        ))}
      </Stack>
      <span role="status" className={unseen.text}>
        {told}
      </span>
      <Group gap="xs">
        <Button variant="default" leftSection={<PlusIcon />} onClick={() => addAll([emptyArgument()])}>
          {t`Add an argument`}
        </Button>
        <MoreArguments drafts={drafts} onAdd={addAll} />
      </Group>
    </>
  );
}

interface MoreProps {
  drafts: readonly ArgumentDraft[];
  onAdd: (more: readonly ArgumentDraft[]) => void;
}

/** Arguments of another task, or of a file. */
function MoreArguments({ drafts, onAdd }: MoreProps) {
  const copying = useDialog('copy-arguments');
  const [problem, setProblem] = useState('');
  const file = useRef<HTMLInputElement>(null);
  const read = async (chosen: File | undefined) => {
    setProblem('');
    if (chosen === undefined) return;
    try {
      onAdd(argumentsOf(await chosen.text()));
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <>
      <Menu position="bottom-start" withinPortal>
        <Menu.Target>
          <Button variant="default" leftSection={<MoreIcon />}>
            {t`More ways`}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<CopyIcon />} onClick={copying.open}>
            {t`Copy from another task …`}
          </Menu.Item>
          <Menu.Item onClick={() => file.current?.click()}>{t`Import from a file …`}</Menu.Item>
          <Menu.Item
            disabled={drafts.length === 0}
            onClick={() => download('task-arguments.json', recipeOf(drafts))}
          >
            {t`Export to a file`}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <input
        ref={file}
        type="file"
        accept="application/json,.json"
        hidden
        aria-label={t`File with arguments`}
        onChange={({ currentTarget }) => {
          void read(currentTarget.files?.[0]);
          // the same file can be chosen again
          currentTarget.value = '';
        }}
      />
      {problem && (
        <Text size="sm" c="red" role="alert">
          {problem}
        </Text>
      )}
      {copying.opened && <CopyArgumentsDialog onAdd={onAdd} onClose={copying.close} />}
    </>
  );
}
