import { plural, t } from '@lingui/core/macro';
import { Text } from '@mantine/core';
import { useClient } from '../../../api/hooks.ts';
import { askedArguments, initialValues, validate, valueOf } from '../../../ui/argument-form/values.ts';
import { BulkDialog, type BulkProps } from './bulk-dialog.tsx';

/** Runs tasks with the values that they have by themselves. */
export function RunAllDialog({ tasks, ...rest }: BulkProps) {
  const client = useClient();
  return (
    <BulkDialog
      title={plural(tasks.length, { one: 'Run # task', other: 'Run # tasks' })}
      verb={t`Run`}
      tasks={tasks}
      act={async ({ id }) => {
        const { task_arguments, confirm } = await client.getTask({ params: { id } });
        if (confirm !== '') throw new Error(t`It asks to be confirmed: run it by itself.`);
        const asked = askedArguments(task_arguments);
        const values = initialValues(asked);
        if (Object.keys(validate(asked, values)).length > 0)
          throw new Error(t`It asks for values: run it by itself.`);
        await client.runTask({
          params: { id },
          body: { task_arguments: asked.map(({ order }) => valueOf(values[order])) },
        });
      }}
      {...rest}
    >
      <Text size="sm">
        {t`Each gets a job with the default values of its arguments. Those that need a value from you are left out and named.`}
      </Text>
    </BulkDialog>
  );
}
