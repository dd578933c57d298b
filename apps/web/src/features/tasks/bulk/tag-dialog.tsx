import { plural, t } from '@lingui/core/macro';
import { MultiSelect, TagsInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useClient } from '../../../api/hooks.ts';
import { BulkDialog, type BulkProps } from './bulk-dialog.tsx';
import { retagged } from './tags.ts';

/** Gives tags to tasks and takes them away. */
export function TagDialog({ tasks, allTags, ...rest }: BulkProps & { allTags: readonly string[] }) {
  const client = useClient();
  const [added, setAdded] = useState<string[]>([]);
  const [removed, setRemoved] = useState<string[]>([]);
  const theirs = useMemo(() => [...new Set(tasks.flatMap(({ tags }) => tags))].toSorted(), [tasks]);
  return (
    <BulkDialog
      title={plural(tasks.length, { one: 'Tags of # task', other: 'Tags of # tasks' })}
      verb={t`Change the tags`}
      ready={added.length + removed.length > 0}
      tasks={tasks}
      act={async ({ id }) => {
        // as they are now: others may have changed them since the list was made
        const { tags: before } = await client.getTask({ params: { id } });
        const tags = retagged(before, added, removed);
        if (tags !== before) await client.updateTask({ params: { id }, body: { tags: [...tags] } });
      }}
      {...rest}
    >
      <TagsInput
        label={t`Add`}
        placeholder={added.length === 0 ? t`Type a tag and press Enter` : undefined}
        data={[...allTags]}
        limit={50}
        acceptValueOnBlur
        data-autofocus
        value={added}
        onChange={setAdded}
      />
      {theirs.length > 0 && (
        <MultiSelect
          label={t`Take away`}
          data={theirs}
          limit={50}
          searchable
          value={removed}
          onChange={setRemoved}
        />
      )}
    </BulkDialog>
  );
}
