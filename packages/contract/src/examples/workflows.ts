import type { Static } from 'typebox';
import type { Workflow, WorkflowRun } from '../resources/index.ts';
import { BEGIN, endedJob, IDS, SECRET, SHA256, summaryOf, type Examples } from './shared.ts';
import { schedulesExamples } from './schedules.ts';

const graph = {
  steps: [
    { id: 'report', task: IDS.task },
    { id: 'tidy', task: IDS.copy, arguments: { Folder: { from: 'output[0].fullest' } }, retries: 2 },
  ],
  edges: [{ from: 'report', to: 'tidy', when: { path: 'output[0].percent', op: 'ge' as const, value: 90 } }],
};

export const workflow: Static<typeof Workflow> = {
  id: IDS.workflow,
  customer: 'demo',
  name: 'Keep the disks free',
  description: 'Looks, and tidies up where it is needed.',
  tags: ['disk'],
  acls: ['user'],
  task_arguments: [{ order: 0, type: 'input', label: 'Limit in percent', value: '90' }],
  own_arguments: false,
  ...graph,
  start: ['report'],
  uses: [
    { type: 'task', id: IDS.task, name: 'Disk report' },
    { type: 'task', id: IDS.copy, name: 'Tidy up' },
  ],
  env: { REGION: 'eu' },
  triggers: [],
  trigger_arguments: {},
  grace_time: 0,
  multitasking: false,
  retention_days: 90,
  version: 1,
  paused: null,
  problems: [],
  creation_date: BEGIN,
  last_update: BEGIN,
};

const run: Static<typeof WorkflowRun> = {
  id: IDS.run,
  customer: 'demo',
  workflow_id: IDS.workflow,
  workflow: { id: IDS.workflow, name: workflow.name },
  name: workflow.name,
  version: 1,
  lifecycle: 'started',
  state: 'in_progress',
  reason_code: null,
  reason: null,
  origin: 'api',
  cause: null,
  user: {},
  parent: null,
  resumed_from: null,
  stop_requested: null,
  creation_date: '2026-11-24T09:30:00.120Z',
  started_at: '2026-11-24T09:30:00.120Z',
  finished_at: null,
  task_arguments_values: ['90'],
  files: [],
  output: [],
  steps: [
    {
      id: 'report',
      name: 'Disk report',
      task_id: IDS.task,
      workflow_id: null,
      status: 'ended',
      job_id: IDS.job,
      run_id: null,
      lifecycle: 'finished',
      state: 'success',
      reason_code: 'exit_code',
      reason: 'exit code 0',
      event: 'success',
      attempt: 1,
      inherited: false,
      from: [],
      input: ['90'],
      output: ['{"percent":93,"fullest":"/var"}'],
      output_bytes: 31,
      creation_date: '2026-11-24T09:30:00.123Z',
      started_at: '2026-11-24T09:30:00.131Z',
      finished_at: '2026-11-24T09:30:00.184Z',
    },
    {
      id: 'tidy',
      name: 'Tidy up',
      task_id: IDS.copy,
      workflow_id: null,
      status: 'running',
      job_id: IDS.nextJob,
      run_id: null,
      lifecycle: 'started',
      state: 'in_progress',
      reason_code: null,
      reason: null,
      event: null,
      attempt: 1,
      inherited: false,
      from: ['report'],
      input: ['/var'],
      output: [],
      output_bytes: 0,
      creation_date: '2026-11-24T09:30:00.190Z',
      started_at: '2026-11-24T09:30:00.197Z',
      finished_at: null,
    },
  ],
  edges: [{ ...graph.edges[0]!, taken: true }],
  can_resume: false,
};
const {
  task_arguments_values: _values,
  files: _files,
  output: _output,
  steps: _steps,
  edges: _edges,
  can_resume: _can,
  ...summary
} = run;
const stepJob = {
  ...endedJob,
  origin: 'workflow' as const,
  workflow_id: IDS.workflow,
  workflow_job_id: IDS.run,
  script_sha256: SHA256,
  cause: {
    type: 'workflow' as const,
    workflow_id: IDS.workflow,
    workflow_name: workflow.name,
    run_id: IDS.run,
    step: 'report',
  },
};
const [nightly] = schedulesExamples.listSchedules.response;
const schedule = {
  ...nightly!,
  task_id: null,
  task: null,
  workflow_id: IDS.workflow,
  workflow: { id: IDS.workflow, name: workflow.name },
};
const paused = { at: BEGIN, by: 'admin@localhost', reason: 'The disks are being replaced' };

const version = {
  version: 1,
  created_by: 'admin@localhost',
  created_at: BEGIN,
  runs: 12,
  open_runs: 1,
};

export const workflowsExamples = {
  listWorkflows: { response: [workflow] },
  getWorkflow: { response: workflow },
  createWorkflow: {
    body: { name: workflow.name, ...graph, multitasking: false, env: { REGION: 'eu' } },
    response: workflow,
  },
  replaceWorkflow: {
    body: { multitasking: true },
    response: { ...workflow, multitasking: true, version: 2 },
  },
  updateWorkflow: { body: { multitasking: true }, response: { ...workflow, multitasking: true, version: 2 } },
  deleteWorkflow: { response: {} },
  listWorkflowVersions: {
    response: [
      { ...version, version: 2, created_at: '2026-11-24T09:00:00.000Z', runs: 0, open_runs: 0 },
      version,
    ],
  },
  getWorkflowVersion: {
    params: { version: '1' },
    response: {
      ...version,
      ...graph,
      start: ['report'],
      uses: workflow.uses,
      env: workflow.env!,
      problems: [],
    },
  },
  restoreWorkflow: { body: { version: 1 }, response: { ...workflow, version: 3 } },
  pauseWorkflow: {
    body: { reason: paused.reason },
    response: { ...workflow, paused, problems: [`It was paused by ${paused.by}: ${paused.reason}.`] },
  },
  resumeWorkflow: { response: workflow },
  getWorkflowCredentials: { response: { id: IDS.workflow, secret: SECRET } },
  changeWorkflowSecret: { response: { id: IDS.workflow, secret: SECRET } },
  getWorkflowAcl: { response: { acl: ['user'] } },
  replaceWorkflowAcl: {
    body: { users: ['user', 'ada@example.org'] },
    response: { acl: ['user', 'ada@example.org'] },
  },
  updateWorkflowAcl: {
    body: { users: ['ada@example.org'], action: 'add' },
    response: { acl: ['user', 'ada@example.org'] },
  },
  deleteWorkflowAcl: { response: { acl: [] } },
  getWorkflowOutlook: {
    response: {
      waits_for_run: null,
      first: [
        {
          step: 'report',
          name: 'Disk report',
          type: 'script',
          bot: { id: IDS.host, hostname: 'db-1' },
          waits_for: null,
          reason: null,
          jobs_before: 0,
        },
      ],
      asks: [
        { step: 'ask', name: 'May it tidy?', type: 'approval', who: 'fixed', people: ['ada@example.org'] },
      ],
      duration: { runs: 12, median_ms: 8400, p90_ms: 20_100 },
      last_values: [{ run: IDS.run, at: '2026-11-24T09:00:00.000Z', values: ['90'], files: [] }],
    },
  },
  runWorkflow: {
    body: { task_arguments: ['90'] },
    otherBodies: { 'the values alone': ['90'] },
    response: run,
  },
  runWorkflowBySecret: {
    params: { secret: SECRET },
    body: { task_arguments: ['90'] },
    response: { ...run, origin: 'secret' },
  },
  listWorkflowRuns: { response: [summary] },
  getWorkflowRun: { params: { run: IDS.run }, response: run },
  listWorkflowRunJobs: { params: { run: IDS.run }, response: [summaryOf(stepJob)] },
  cancelWorkflowRun: { params: { run: IDS.run } },
  resumeWorkflowRun: {
    params: { run: IDS.run },
    body: null,
    otherBodies: { 'from a step on': { from: ['tidy'] } },
    response: { ...run, resumed_from: IDS.run },
  },
  listWorkflowSchedules: { response: [schedule] },
  createWorkflowSchedule: {
    body: { name: 'every night', repeatEvery: '30 2 * * *', timezone: 'America/New_York' },
    response: schedule,
  },
} satisfies Partial<Examples>;
