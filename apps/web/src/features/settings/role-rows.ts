import type { OperationId } from '@argus/contract';
import { t } from '@lingui/core/macro';
import type { Needed } from './places.ts';

export interface RoleRow {
  what: string;
  /** The least role that may. */
  needs: Needed;
  /** What of the API it stands for. */
  operations: readonly OperationId[];
}

/** What each role may do, lowest first. What somebody sees of tasks and workflows, access lists say. */
export const ROLE_ROWS: readonly RoleRow[] = [
  {
    what: t`See tasks and workflows whose access list names them, with their jobs and logs`,
    needs: 'viewer',
    operations: ['listTasks', 'getTask', 'listWorkflows', 'listJobs', 'getJob', 'getJobLog'],
  },
  {
    what: t`See scripts, schedules, webhooks, the queue and bots`,
    needs: 'viewer',
    operations: ['listScripts', 'listSchedules', 'listWebhooks', 'listQueues', 'listHosts'],
  },
  {
    what: t`Approve, reject, fill in and hand on what waits for them`,
    needs: 'viewer',
    operations: ['listPending', 'approveJob', 'rejectJob', 'giveJobInput', 'delegateJob'],
  },
  {
    what: t`Be told how tasks and workflows end; keep searches as views`,
    needs: 'viewer',
    operations: ['createNotificationRule', 'createSavedView'],
  },
  {
    what: t`Run tasks and workflows; cancel and repeat jobs`,
    needs: 'user',
    operations: ['runTask', 'runWorkflow', 'cancelJob', 'restartJob', 'repeatJob', 'resumeWorkflowRun'],
  },
  {
    what: t`Run schedules now; call off runs that wait`,
    needs: 'user',
    operations: ['runSchedule', 'deleteSchedule'],
  },
  {
    what: t`Call webhooks; send deliveries again`,
    needs: 'user',
    operations: ['triggerWebhook', 'resendDelivery'],
  },
  {
    what: t`Download and compare scripts`,
    needs: 'user',
    operations: ['downloadScript', 'diffScript'],
  },
  {
    what: t`Let people in as viewer or user, change them, keep them out, remove them`,
    needs: 'manager',
    operations: ['listMembers', 'createMember', 'inviteMember', 'updateMember', 'deleteMember'],
  },
  {
    what: t`Say who sees a task or a workflow`,
    needs: 'manager',
    operations: ['replaceTaskAcl', 'updateTaskAcl', 'replaceWorkflowAcl', 'updateWorkflowAcl'],
  },
  {
    what: t`See everything, whatever access lists say, and why others see what they see`,
    needs: 'admin',
    operations: ['getMemberAccess'],
  },
  {
    what: t`Make, change, pause and delete tasks, workflows, scripts, schedules and webhooks`,
    needs: 'admin',
    operations: [
      'createTask',
      'deleteTask',
      'createWorkflow',
      'createScript',
      'createTaskSchedule',
      'createWebhook',
    ],
  },
  {
    what: t`Enrol, change and remove bots`,
    needs: 'admin',
    operations: ['createEnrollment', 'updateHost', 'deleteHost', 'createAgentCredential'],
  },
  {
    what: t`Keep secrets; read and change secret keys; make and revoke tokens`,
    needs: 'admin',
    operations: ['getTaskCredentials', 'changeTaskSecret', 'createToken', 'deleteToken', 'createSecret'],
  },
  {
    what: t`Make everybody but owners a member, up to admin; make links to new passwords`,
    needs: 'admin',
    operations: ['resetMember'],
  },
  {
    what: t`Channels, notification rules of others, retention, the audit log`,
    needs: 'admin',
    operations: ['createChannel', 'listNotifications', 'updateRetention', 'listAudit', 'exportAuditCsv'],
  },
  { what: t`Make somebody owner; change and remove owners`, needs: 'owner', operations: [] },
  {
    what: t`Make organizations; limit how many jobs of one run at once`,
    needs: 'server',
    operations: ['createCustomer', 'updateCustomer'],
  },
];

/** What a role may do with a task or workflow that it sees. */
export const MAY_WITH_TASKS = {
  viewer: t`see it`,
  user: t`see and run it`,
  manager: t`see and run it, say who sees it`,
  admin: t`see, run and change it`,
  owner: t`see, run and change it`,
} as const;
