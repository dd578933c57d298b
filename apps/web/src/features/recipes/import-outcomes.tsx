import { plural, t } from '@lingui/core/macro';
import { Alert, Button, Group, List, Stack, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useCustomer } from '../../api/hooks.ts';
import { errorMessage } from '../../ui/error-notice.tsx';
import { CheckIcon, WarningIcon } from '../../ui/icons.tsx';
import { TextLink } from '../../ui/link.tsx';
import { Panel } from '../../ui/page.tsx';
import type { ImportOutcome } from './import-form.tsx';
import { findingsOf, ImportReport, type Imported } from './import-report.tsx';

interface ImportOutcomesProps {
  outcomes: readonly ImportOutcome[];
  onAgain: () => void;
  /** What the way back is called. */
  again: string;
}

/** What came of an import: of one recipe all there is to say, of several what is left to do with each. */
export function ImportOutcomes({ outcomes, onAgain, again }: ImportOutcomesProps) {
  const top = useRef<HTMLDivElement>(null);
  // the button that was pressed is gone: who reads or hears the page goes on here
  useEffect(() => top.current?.focus(), []);
  const [only, ...others] = outcomes;
  if (only && others.length === 0 && only.type !== 'refused')
    return <ImportReport imported={only} onAgain={onAgain} again={again} />;
  const refused = outcomes.filter((one) => one.type === 'refused');
  const imported = outcomes.filter((one) => one.type !== 'refused');
  return (
    <Stack>
      <Alert
        ref={top}
        tabIndex={-1}
        color={refused.length > 0 ? 'orange' : 'green'}
        icon={refused.length > 0 ? <WarningIcon /> : <CheckIcon />}
        title={plural(imported.length, { one: '# recipe is imported', other: '# recipes are imported' })}
        role="status"
      >
        {refused.length > 0
          ? plural(refused.length, { one: '# was refused.', other: '# were refused.' })
          : t`What is left to do stands below each.`}
      </Alert>
      {refused.length > 0 && (
        <Panel title={t`Refused`}>
          <List size="sm">
            {refused.map(({ name, error }, index) => (
              <List.Item key={index}>
                <b>{name}</b>: {errorMessage(error)}
              </List.Item>
            ))}
          </List>
        </Panel>
      )}
      {imported.length > 0 && (
        <Panel title={t`Imported`}>
          <Stack gap="sm">
            {imported.map((one, index) => (
              <One key={index} imported={one} />
            ))}
          </Stack>
        </Panel>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onAgain}>
          {again}
        </Button>
      </Group>
    </Stack>
  );
}

function One({ imported }: { imported: Imported }) {
  const customer = useCustomer();
  const findings = findingsOf(imported);
  return (
    <div>
      {imported.type === 'task' ? (
        <TextLink
          to="/$customer/tasks/$taskId"
          params={{ customer, taskId: imported.task.id }}
          size="sm"
          fw={500}
        >
          {imported.task.name}
        </TextLink>
      ) : (
        <TextLink
          to="/$customer/workflows/$workflowId"
          params={{ customer, workflowId: imported.workflow.id }}
          size="sm"
          fw={500}
        >
          {imported.workflow.name}
        </TextLink>
      )}
      {findings.length > 0 ? (
        <List size="sm">
          {findings.map((finding) => (
            <List.Item key={finding}>{finding}</List.Item>
          ))}
        </List>
      ) : (
        <Text size="sm" c="dimmed">{t`It can run as it is.`}</Text>
      )}
    </div>
  );
}
