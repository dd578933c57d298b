import type { Schedule } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { TextLink } from '../../ui/link.tsx';
import { Loaded, Page } from '../../ui/page.tsx';
import { scheduleTitle } from '../../ui/schedule-words.ts';
import { draftOf, newDraft } from './schedule-draft.ts';
import { ScheduleForm } from './schedule-form.tsx';
import { ownerName, scheduleOwner, useScheduleOwner } from './schedule-owner.tsx';
import { FoundSchedule } from './schedule-page.tsx';
import { ownZone } from './zones.ts';

const newRoute = getRouteApi('/$customer/tasks/$taskId/schedules/new');
const newWorkflowRoute = getRouteApi('/$customer/workflows/$workflowId/schedules/new');
const editRoute = getRouteApi('/$customer/schedules/$scheduleId/edit');

/** A new schedule of a task. */
export function NewSchedulePage() {
  const customer = useCustomer();
  const navigate = useNavigate();
  const { taskId } = newRoute.useParams();
  const task = useApi('getTask', { params: { id: taskId } });
  const [initial] = useState(() => newDraft(ownZone()));
  return (
    <Loaded query={task}>
      {(found) => (
        <Page
          title={t`New schedule`}
          parent={
            <TextLink to="/$customer/tasks/$taskId" params={{ customer, taskId }} size="sm">
              {found.name}
            </TextLink>
          }
        >
          <ScheduleForm
            owner={scheduleOwner(found)}
            initial={initial}
            onSaved={() => void navigate({ to: '/$customer/tasks/$taskId', params: { customer, taskId } })}
          />
        </Page>
      )}
    </Loaded>
  );
}

/** A new schedule of a workflow. */
export function NewWorkflowSchedulePage() {
  const customer = useCustomer();
  const navigate = useNavigate();
  const { workflowId } = newWorkflowRoute.useParams();
  const workflow = useApi('getWorkflow', { params: { id: workflowId } });
  const [initial] = useState(() => newDraft(ownZone()));
  const toWorkflow = { to: '/$customer/workflows/$workflowId', params: { customer, workflowId } } as const;
  return (
    <Loaded query={workflow}>
      {(found) => (
        <Page
          title={t`New schedule`}
          parent={
            <TextLink {...toWorkflow} size="sm">
              {found.name}
            </TextLink>
          }
        >
          <ScheduleForm
            owner={scheduleOwner(found)}
            initial={initial}
            onSaved={() => void navigate(toWorkflow)}
          />
        </Page>
      )}
    </Loaded>
  );
}

export function EditSchedulePage() {
  const { scheduleId } = editRoute.useParams();
  return <FoundSchedule id={scheduleId}>{(found) => <EditSchedule schedule={found} />}</FoundSchedule>;
}

function EditSchedule({ schedule }: { schedule: Schedule }) {
  const title = scheduleTitle(schedule);
  const ownedBy = ownerName(schedule);
  const customer = useCustomer();
  const navigate = useNavigate();
  const owner = useScheduleOwner(schedule);
  const toSchedule = {
    to: '/$customer/schedules/$scheduleId',
    params: { customer, scheduleId: schedule.id },
  } as const;
  // what it was when the form was opened: it may run meanwhile
  const [old] = useState(schedule);
  return (
    <Page
      title={t`Edit ${title}`}
      parent={
        <TextLink {...toSchedule} size="sm">
          {t`${title} of ${ownedBy}`}
        </TextLink>
      }
    >
      <Loaded query={owner}>
        {(found) => (
          <ScheduleForm
            owner={scheduleOwner(found)}
            old={old}
            initial={draftOf(old)}
            onSaved={() => void navigate(toSchedule)}
          />
        )}
      </Loaded>
    </Page>
  );
}
