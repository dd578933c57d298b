import { operations, PROTOCOL_VERSION, type Operation, type OperationId } from '@argus/contract';
import { accessQueries } from '../features/access/index.ts';
import { newId } from '../platform/ids.ts';
import type { TestApp } from './app.ts';
import { addHost, addScript, addTask } from './objects.ts';
import { addIntegrationToken, addPerson, PASSWORD } from './people.ts';

export interface Sample {
  params?: Record<string, string>;
  body?: unknown;
}

/** A request to one operation in demo that succeeds for whoever may; what it destroys was made for it alone. */
export type Samples = Record<OperationId, () => Promise<Sample>>;

export function samplesOf(app: TestApp): Samples {
  const { db, demo, platform } = app;
  const unique = () => newId().slice(-10);
  const aMember = async () =>
    ({ params: { id: (await addPerson(db, demo.id, `${unique()}@demo.test`, 'viewer')).memberId } }) as const;
  const aScript = async () => ({ id: (await addScript(db, demo.id)).id });
  const aTask = async () =>
    addTask(platform, demo.id, { host_id: demo.host.id, script_id: demo.script.id, name: unique() });
  const ofDemoTask = async () => ({ params: { id: demo.task.id } });
  const aJob = async () => ({ params: { id: await startJob(app) } });
  const anEndedJob = async () => {
    const id = await startJob(app);
    await app.request('PUT', `/job/${id}/cancel`, { token: demo.people.admin.token });
    return { params: { id } };
  };
  const nothing = async () => ({});

  return {
    login: async () => ({ body: { email: demo.people.user.email, password: PASSWORD } }),
    logout: nothing,
    getProfile: nothing,
    listCustomers: nothing,
    createCustomer: async () => ({ body: { name: `c-${unique()}`, display_name: 'A new one' } }),
    updateCustomer: async () => {
      const { name } = await accessQueries(db).insertCustomer(`c-${unique()}`, 'Before');
      return { params: { name }, body: { display_name: 'After' } };
    },
    listMembers: nothing,
    createMember: async () => ({
      body: {
        user: { name: 'Ann', email: `${unique()}@new.test` },
        credential: 'viewer',
        tags: ['team:ops'],
      },
    }),
    updateMember: async () => ({ ...(await aMember()), body: { credential: 'user', tags: ['team:ops'] } }),
    deleteMember: aMember,
    listTokens: nothing,
    createToken: async () => ({
      body: { name: 'for a test', role: 'viewer', tasks: [demo.task.id], expires: null },
    }),
    deleteToken: async () => ({ params: { id: (await addIntegrationToken(db, demo.id)).id } }),
    listAudit: nothing,
    listScripts: nothing,
    createScript: async () => ({ body: { filename: 'new.sh', description: 'new', content: 'echo new\n' } }),
    getScript: async () => ({ params: { id: demo.script.id } }),
    updateScript: async () => ({
      params: await aScript(),
      body: { filename: 'renamed.sh', description: 'changed', content: 'echo changed\n' },
    }),
    deleteScript: async () => ({ params: await aScript() }),
    downloadScript: async () => ({ params: { id: demo.script.id } }),
    listScriptVersions: async () => ({ params: { id: demo.script.id } }),
    listHosts: nothing,
    getHost: async () => ({ params: { id: demo.host.id } }),
    updateHost: async () => ({
      params: { id: (await addHost(db, demo.id, `h-${unique()}`)).id },
      body: { disabled: true },
    }),
    deleteHost: async () => ({ params: { id: (await addHost(db, demo.id, `h-${unique()}`)).id } }),
    createEnrollment: async () => ({ body: { hostname: `h-${unique()}` } }),
    listTasks: nothing,
    createTask: async () => ({
      body: {
        name: 'A new task',
        host_id: demo.host.id,
        script_id: demo.script.id,
        run_as: 'sh %script%',
        task_arguments: [{ type: 'input', label: 'Name', required: false }],
        env: { A: '1' },
        tags: ['x'],
        acls: ['viewer'],
        timeout: 60,
        multitasking: true,
        priority: 1,
      },
    }),
    getTask: ofDemoTask,
    replaceTask: async () => ({ params: { id: (await aTask()).id }, body: { name: 'Put' } }),
    updateTask: async () => ({ params: { id: (await aTask()).id }, body: { name: 'Patched' } }),
    deleteTask: async () => ({ params: { id: (await aTask()).id } }),
    getTaskCredentials: ofDemoTask,
    runTask: async () => ({ params: { id: demo.task.id }, body: { task_arguments: [], priority: 0 } }),
    runTaskBySecret: async () => ({
      params: { id: demo.task.id, secret: demo.task.secret },
      body: { task_arguments: [] },
    }),
    listJobs: nothing,
    createJob: async () => ({ body: { task: demo.task.id, task_arguments: [] } }),
    createJobBySecret: async () => ({
      params: { secret: demo.task.secret },
      body: { customer: 'demo', task: demo.task.id },
    }),
    getJob: aJob,
    cancelJob: aJob,
    listAttempts: aJob,
    getJobLog: aJob,
    followJobLog: anEndedJob,
    enrollBot: async () => {
      const hostname = `h-${unique()}`;
      const { body } = await app.request('POST', '/host/enrollment', {
        token: demo.people.admin.token,
        body: { hostname },
      });
      return { body: { code: body.code, hostname } };
    },
    pollBot: async () => {
      // a poll is answered at once where something waits for its bot
      await startJob(app);
      return { body: { protocol: PROTOCOL_VERSION, boot: 'a boot id', slots: 1000, attempts: [] } };
    },
    postBotEvents: async () => ({
      body: {
        protocol: PROTOCOL_VERSION,
        events: [
          { type: 'started', job: newId(), attempt: 1, lease: 'no lease of anybody', pid: 1, age_ms: 0 },
        ],
      },
    }),
    getBotScript: async () => ({ params: { sha256: demo.script.sha256 } }),
    getStatus: nothing,
    getOpenApi: nothing,
    getMetrics: nothing,
  };
}

/** Runs demo's task; answers the job's id. */
export async function startJob(app: TestApp): Promise<string> {
  const { body } = await app.request('POST', `/task/${app.demo.task.id}/job`, {
    token: app.demo.people.admin.token,
  });
  return body.id as string;
}

/** The path of an operation with its parameters filled in, as they are; with the organization where given. */
export function pathOf(id: OperationId, params: Record<string, string> = {}, customer?: string): string {
  const operation: Operation = operations[id];
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`${id} needs the parameter ${name}`);
    return value;
  });
  return customer === undefined ? path : `/${customer}${path}`;
}

export const allOperations = Object.entries<Operation>(operations) as [OperationId, Operation][];
