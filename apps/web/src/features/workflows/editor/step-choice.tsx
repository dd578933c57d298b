import { t } from '@lingui/core/macro';
import { Select } from '@mantine/core';
import type { Usable } from '../use-used.ts';

/** Options shown at once; typing finds the others. */
const OPTIONS_MAX = 100;

interface StepChoiceProps {
  label: string;
  usable: ReadonlyMap<string, Usable>;
  /** What a step runs; null where another step is added. */
  chosen: string | null;
  hidesLabel?: boolean;
  onChoose: (used: Usable) => void;
}

/** A task or a workflow, found by its name. */
export function StepChoice({ label, usable, chosen, hidesLabel = false, onChoose }: StepChoiceProps) {
  const all = [...usable.values()];
  const group = (type: Usable['type']) =>
    all
      .filter((one) => one.type === type)
      .toSorted((a, b) => a.name.localeCompare(b.name))
      .map(({ id, name }) => ({ value: id, label: name }));
  const unknown =
    chosen !== null && !usable.has(chosen) ? [{ value: chosen, label: t`gone: choose another` }] : [];
  return (
    <Select
      {...(hidesLabel ? { 'aria-label': label, placeholder: label } : { label })}
      searchable
      allowDeselect={false}
      limit={OPTIONS_MAX}
      maxDropdownHeight={300}
      nothingFoundMessage={t`No task or workflow has this name. Make it first: what is typed here is kept in this tab.`}
      data={[
        ...unknown,
        { group: t`Tasks`, items: group('task') },
        { group: t`Workflows`, items: group('workflow') },
      ].filter((one) => !('items' in one) || one.items.length > 0)}
      value={chosen}
      onChange={(id) => {
        const used = id === null ? undefined : usable.get(id);
        if (used !== undefined) onChoose(used);
      }}
    />
  );
}
