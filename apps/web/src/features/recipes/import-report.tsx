import type { ResultOf } from '@argus/client';
import type { RecipeReport } from '@argus/contract';
import { Alert, Button, Code, Group, List } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useCustomer } from '../../api/hooks.ts';
import { CheckIcon, WarningIcon } from '../../ui/icons.tsx';
import { ButtonLink, TextLink } from '../../ui/link.tsx';
import { Panel } from '../../ui/page.tsx';

interface ImportReportProps {
  imported: ResultOf<'importTask'>;
  onAgain: () => void;
}

/** What an import made, and what is left to do by hand. */
export function ImportReport({ imported, onAgain }: ImportReportProps) {
  const customer = useCustomer();
  const { id, name, problems, others, report } = imported;
  const top = useRef<HTMLDivElement>(null);
  // the button that was pressed is gone: who reads or hears the page goes on here
  useEffect(() => top.current?.focus(), []);
  const blocked = [imported, ...others].some((task) => task.problems.length > 0);
  return (
    <>
      <Alert
        ref={top}
        tabIndex={-1}
        color={blocked ? 'orange' : 'green'}
        icon={blocked ? <WarningIcon /> : <CheckIcon />}
        title={others.length === 0 ? `${name} is imported` : `${others.length + 1} tasks are imported`}
        role="status"
      >
        {problems.length > 0
          ? `It cannot run yet. ${problems.join(' ')}`
          : blocked
            ? 'Some of them cannot run yet.'
            : 'It can run as it is.'}
      </Alert>
      {others.length > 0 && (
        <Panel title="Tasks">
          <List size="sm">
            {[imported, ...others].map((task) => (
              <List.Item key={task.id}>
                <TextLink to="/$customer/tasks/$taskId" params={{ customer, taskId: task.id }} size="sm">
                  {task.name}
                </TextLink>
                {task.problems.length > 0 && ` – ${task.problems.join(' ')}`}
              </List.Item>
            ))}
          </List>
        </Panel>
      )}
      <Findings title="Still to fill in" list={report.missing} />
      <Findings title="Left out" list={report.dropped} />
      <Findings title="Taken in another form" list={report.adapted} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onAgain}>
          Import another
        </Button>
        <ButtonLink
          variant={blocked ? 'default' : 'filled'}
          to="/$customer/tasks/$taskId"
          params={{ customer, taskId: id }}
        >
          Open the task
        </ButtonLink>
        {problems.length > 0 && (
          <ButtonLink to="/$customer/tasks/$taskId/edit" params={{ customer, taskId: id }}>
            Fill in what is missing
          </ButtonLink>
        )}
      </Group>
    </>
  );
}

function Findings({ title, list }: { title: string; list: RecipeReport['missing'] }) {
  if (list.length === 0) return null;
  return (
    <Panel title={title}>
      <List size="sm" style={{ overflowWrap: 'anywhere' }}>
        {list.map(({ field, message }, index) => (
          <List.Item key={index}>
            {field && <Code>{field}</Code>} {message}
          </List.Item>
        ))}
      </List>
    </Panel>
  );
}
