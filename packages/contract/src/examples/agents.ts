import type { AgentCredential } from '../resources/index.ts';
import { BEGIN, IDS, type Examples } from './shared.ts';

const credential: AgentCredential = {
  id: '01a20ce50b2d0b1a2c3d4e60',
  hostname: 'old-1',
  host_id: IDS.enrolledHost,
  slots: 10,
  created_by: 'admin@localhost',
  created_at: BEGIN,
  last_used_at: null,
};
const registered = {
  type: 'keepAlive',
  looptime: 30_000,
  host_id: IDS.enrolledHost,
  resource_id: IDS.enrolledHost,
} as const;
const hostname = 'old-1';

export const agentsExamples = {
  listAgentCredentials: { response: [credential] },
  createAgentCredential: {
    body: { hostname },
    response: {
      ...credential,
      supervisor: {
        api_url: 'https://argus.example.org',
        client_id: credential.id,
        client_secret: 'argus_agent_u5Jw9cXe1YsRaZl7KtQb2OiTc8fUn3gHh6sQuD4jWpM',
        client_customer: 'demo',
        client_hostname: hostname,
      },
    },
  },
  deleteAgentCredential: { params: { id: credential.id } },
  loginAgent: {
    body: {
      client_id: credential.id,
      client_secret: 'argus_agent_u5Jw9cXe1YsRaZl7KtQb2OiTc8fUn3gHh6sQuD4jWpM',
    },
    response: 'argus_agenttoken_b3Lq7dZn5WkVaXy1RtPm9CsJf2hGoE8iUe4vNqT6xBw',
  },
  registerAgent: { body: { hostname, version: '2.1.1', info: {} }, response: registered },
  registerOldAgent: {
    params: { hostname },
    body: { version: '1.0.4', info: {} },
    response: registered,
  },
  getAgentConfig: { params: { hostname }, response: { workers: [] } },
  keepAgentAlive: { params: { hostname } },
  takeAgentJobs: {
    query: { hostname },
    response: {
      jobs: [
        {
          _type: 'ScriptJob',
          id: IDS.job,
          name: 'Disk report',
          task_id: IDS.task,
          script: {
            id: `${IDS.script}-2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae`,
            filename: 'disk-report.sh',
            md5: '5d41402abc4b2a76b9719d911017c592',
          },
          script_runas: 'bash %script%',
          task_arguments_values: ['90'],
          env: { LANG: 'C.UTF-8' },
          timeout: 60_000,
          agent_logging: false,
        },
      ],
    },
  },
  downloadAgentScript: { params: { id: IDS.script }, text: '#!/bin/bash\ndf -hPT\n' },
  endAgentJob: {
    body: {
      result: {
        state: 'success',
        data: { code: 0, log: 'all disks are below 90 %\nsuccess\n', lastline: 'success', killed: false },
      },
    },
    response: {},
  },
  postAgentDstat: { params: { hostname }, body: { dstat: {} } },
  postAgentPsaux: { params: { hostname }, body: { psaux: [] } },
  patchAgentResource: { params: { id: IDS.enrolledHost }, body: { state: 'normal' } },
} satisfies Partial<Examples>;
