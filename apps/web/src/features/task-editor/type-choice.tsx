import { TASK_TYPES, type TaskType } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Group, Radio, SimpleGrid, Text } from '@mantine/core';
import { Panel } from '../../ui/page.tsx';
import { TYPE_WORDS } from '../../ui/task-types.tsx';
import type { FormPart } from './form-part.ts';
import classes from './task-form.module.css';

/** What a new task does. It is chosen once. */
export function TypeChoice({ form }: FormPart) {
  return (
    <Panel title={t`What it does`}>
      <Radio.Group
        aria-label={t`Type`}
        description={t`It cannot be changed later.`}
        value={form.values.type}
        onChange={(type) => form.setFieldValue('type', type)}
      >
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="xs" mt="xs">
          {TASK_TYPES.map((type) => (
            <TypeCard key={type} type={type} />
          ))}
        </SimpleGrid>
      </Radio.Group>
    </Panel>
  );
}

function TypeCard({ type }: { type: TaskType }) {
  const { label, text, Icon } = TYPE_WORDS[type];
  return (
    <Radio.Card value={type} className={classes.type} aria-label={label}>
      <Group wrap="nowrap" align="flex-start" gap="sm">
        <Radio.Indicator />
        <div>
          <Group gap={6} wrap="nowrap">
            <Icon />
            <Text size="sm" fw={600}>
              {label}
            </Text>
          </Group>
          <Text size="sm" c="dimmed">
            {text}
          </Text>
        </div>
      </Group>
    </Radio.Card>
  );
}
