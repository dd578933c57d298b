import { plural, t } from '@lingui/core/macro';
import { Radio, Stack } from '@mantine/core';
import { useRef, useState } from 'react';
import { useClient } from '../../../api/hooks.ts';
import { download } from '../../../ui/download.ts';
import { bundleOf } from '../../recipes/recipe-files.ts';
import { BulkDialog, type BulkProps } from './bulk-dialog.tsx';

/** Takes tasks along, all in one file. */
export function ExportDialog({ tasks, ...rest }: BulkProps) {
  const client = useClient();
  const [mode, setMode] = useState<'shallow' | 'deep'>('shallow');
  const recipes = useRef(new Map<string, unknown>());
  const save = () => {
    const inOrder = tasks.map(({ id }) => recipes.current.get(id)).filter((recipe) => recipe !== undefined);
    if (inOrder.length > 0) download('tasks.recipes.json', bundleOf(inOrder));
  };
  return (
    <BulkDialog
      title={plural(tasks.length, { one: 'Export # task', other: 'Export # tasks' })}
      verb={t`Export`}
      tasks={tasks}
      act={async ({ id }) => {
        recipes.current.set(id, await client.getTaskRecipe({ params: { id }, query: { mode } }));
      }}
      finish={save}
      {...rest}
    >
      <Radio.Group
        label={t`What is in the file`}
        value={mode}
        onChange={(value) => setMode(value === 'deep' ? 'deep' : 'shallow')}
      >
        <Stack gap="xs" mt="xs">
          <Radio
            value="shallow"
            label={t`Recipes to share`}
            description={t`With their scripts, without values, access lists, bots and e-mail addresses.`}
          />
          <Radio
            value="deep"
            label={t`Recipes with all values`}
            description={t`Everything but masked values: keep the file private.`}
          />
        </Stack>
      </Radio.Group>
    </BulkDialog>
  );
}
