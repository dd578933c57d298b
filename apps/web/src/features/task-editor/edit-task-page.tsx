import type { Task } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { TextLink } from '../../ui/link.tsx';
import { Loaded, Page } from '../../ui/page.tsx';
import { draftOf, EMPTY_DRAFT } from './task-draft.ts';
import { TaskForm } from './task-form.tsx';

const route = getRouteApi('/$customer/tasks/$taskId/edit');

export function NewTaskPage() {
  const customer = useCustomer();
  const toTask = useToTask();
  return (
    <Page
      title={t`New task`}
      parent={
        <TextLink to="/$customer/tasks" params={{ customer }} size="sm">
          {t`Tasks`}
        </TextLink>
      }
    >
      <TaskForm initial={EMPTY_DRAFT} onSaved={toTask} />
    </Page>
  );
}

export function EditTaskPage() {
  const customer = useCustomer();
  const { taskId } = route.useParams();
  const toTask = useToTask();
  const task = useApi('getTask', { params: { id: taskId } });
  return (
    <Loaded query={task}>
      {(found) => (
        <Page
          title={editTitle(found)}
          parent={
            <TextLink to="/$customer/tasks/$taskId" params={{ customer, taskId }} size="sm">
              {found.name}
            </TextLink>
          }
        >
          <TaskForm id={found.id} initial={draftOf(found)} onSaved={toTask} />
        </Page>
      )}
    </Loaded>
  );
}

function editTitle({ name }: Task): string {
  return t`Edit ${name}`;
}

function useToTask(): (task: Task) => void {
  const customer = useCustomer();
  const navigate = useNavigate();
  return ({ id }) => void navigate({ to: '/$customer/tasks/$taskId', params: { customer, taskId: id } });
}
