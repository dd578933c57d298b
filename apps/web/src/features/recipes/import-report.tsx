import type { ResultOf } from '@argus/client';
import type { RecipeReport, Task, Workflow } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { Alert, Button, Code, Group, List } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { said } from '../../api/sentences/said.ts';
import { useCustomer } from '../../api/hooks.ts';
import { CheckIcon, WarningIcon } from '../../ui/icons.tsx';
import { ButtonLink, TextLink } from '../../ui/link.tsx';
import { Panel } from '../../ui/page.tsx';

export type Imported =
  | { type: 'task'; task: ResultOf<'importTask'> }
  | { type: 'workflow'; workflow: ResultOf<'importWorkflow'> };

interface ImportReportProps {
  imported: Imported;
  onAgain: () => void;
  /** What the way back is called. */
  again: string;
}

/** What was made, in one shape: the thing itself, and what was made with it. */
function madeBy(imported: Imported): {
  main: { name: string; problems: string[] };
  report: RecipeReport;
  tasks: Task[];
  workflows: Workflow[];
} {
  if (imported.type === 'workflow') {
    const { workflow } = imported;
    return { main: workflow, report: workflow.report, tasks: workflow.tasks, workflows: workflow.workflows };
  }
  const { task } = imported;
  const { others, report } = task;
  return { main: task, report, tasks: others.length > 0 ? [task, ...others] : [], workflows: [] };
}

/** What is left to do, was left out or changed, a sentence each. */
export function findingsOf(imported: Imported): readonly string[] {
  const { main, report } = madeBy(imported);
  const found = [...report.missing, ...report.dropped, ...report.adapted].map(({ field, message }) =>
    field ? `${field}: ${said(message)}` : said(message),
  );
  return [...new Set([...main.problems.map(said), ...found])];
}

/** What an import made, and what is left to do by hand. */
export function ImportReport({ imported, onAgain, again }: ImportReportProps) {
  const customer = useCustomer();
  const { main, report, tasks, workflows } = madeBy(imported);
  const { name, problems } = main;
  const top = useRef<HTMLDivElement>(null);
  // the button that was pressed is gone: who reads or hears the page goes on here
  useEffect(() => top.current?.focus(), []);
  const isWorkflow = imported.type === 'workflow';
  const blocked = [main, ...tasks, ...workflows].some((one) => one.problems.length > 0);
  const why = problems.map(said).join(' ');
  return (
    <>
      <Alert
        ref={top}
        tabIndex={-1}
        color={blocked ? 'orange' : 'green'}
        icon={blocked ? <WarningIcon /> : <CheckIcon />}
        title={
          isWorkflow || tasks.length === 0
            ? t`${name} is imported`
            : plural(tasks.length, { one: '# task is imported', other: '# tasks are imported' })
        }
        role="status"
      >
        {problems.length > 0
          ? t`It cannot run yet. ${why}`
          : !blocked
            ? t`It can run as it is.`
            : isWorkflow
              ? t`Some of its tasks cannot run yet.`
              : t`Some of them cannot run yet.`}
      </Alert>
      {tasks.length > 0 && (
        <Panel title={t`Tasks`}>
          <List size="sm">
            {tasks.map((task) => (
              <List.Item key={task.id}>
                <TextLink to="/$customer/tasks/$taskId" params={{ customer, taskId: task.id }} size="sm">
                  {task.name}
                </TextLink>
                {task.problems.length > 0 && ` – ${task.problems.map(said).join(' ')}`}
              </List.Item>
            ))}
          </List>
        </Panel>
      )}
      {workflows.length > 0 && (
        <Panel title={t`Workflows within it`}>
          <List size="sm">
            {workflows.map((one) => (
              <List.Item key={one.id}>
                <TextLink
                  to="/$customer/workflows/$workflowId"
                  params={{ customer, workflowId: one.id }}
                  size="sm"
                >
                  {one.name}
                </TextLink>
              </List.Item>
            ))}
          </List>
        </Panel>
      )}
      <Findings title={t`Still to fill in`} list={report.missing} />
      <Findings title={t`Left out`} list={report.dropped} />
      <Findings title={t`Taken in another form`} list={report.adapted} />
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onAgain}>
          {again}
        </Button>
        {imported.type === 'workflow' ? (
          <ButtonLink
            to="/$customer/workflows/$workflowId"
            params={{ customer, workflowId: imported.workflow.id }}
          >
            {t`Open the workflow`}
          </ButtonLink>
        ) : (
          <ButtonLink
            variant={blocked ? 'default' : 'filled'}
            to="/$customer/tasks/$taskId"
            params={{ customer, taskId: imported.task.id }}
          >
            {t`Open the task`}
          </ButtonLink>
        )}
        {imported.type === 'task' && problems.length > 0 && (
          <ButtonLink to="/$customer/tasks/$taskId/edit" params={{ customer, taskId: imported.task.id }}>
            {t`Fill in what is missing`}
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
            {field && <Code>{field}</Code>} {said(message)}
          </List.Item>
        ))}
      </List>
    </Panel>
  );
}
