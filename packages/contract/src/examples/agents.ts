import type { AgentCredential } from '../resources/index.ts';
import { BEGIN, IDS, SECRET, SHA256, type Examples } from './shared.ts';

const HOST = '01a19b45c3b17a6b5c4d3e2f';
const hostname = 'old-1';
const params = { hostname };

const credential: AgentCredential = {
  id: '01a19b45d0aa4b5c6d7e8f90',
  hostname,
  host_id: HOST,
  slots: 10,
  created_by: 'admin@localhost',
  created_at: BEGIN,
  last_used_at: '2026-11-24T09:29:50.100Z',
};

const registered = {
  type: 'keepAlive' as const,
  looptime: 30_000,
  host_id: HOST,
  resource_id: HOST,
};
const info = { platform: 'linux', hostname, release: '5.10.0', arch: 'x64', agent_version: '2.1.1' };

export const agentsExamples = {
  listAgentCredentials: { response: [credential] },
  createAgentCredential: {
    body: { hostname },
    response: {
      ...credential,
      last_used_at: null,
      supervisor: {
        api_url: 'https://argus.example.org',
        client_id: credential.id,
        client_secret: SECRET,
        client_customer: 'demo',
        client_hostname: hostname,
      },
    },
  },
  deleteAgentCredential: { params: { id: credential.id } },
  loginAgent: {
    body: { client_id: credential.id, client_secret: SECRET },
    response: 'argus_agent_Zk3vQ8nT1yWc6RsLd0pXm4HuJb7EaGf9oiV2KtYqN5M',
  },
  registerAgent: {
    body: { hostname, version: '2.1.1', info },
    response: { ...registered, connection_id: '7d0f3c52-9b1a-8e4c-a6d2-1f0b5c7e9a34' },
  },
  registerOldAgent: { params, body: { version: '0.9.8', info }, response: registered },
  getAgentConfig: { params, response: { workers: [] } },
  keepAgentAlive: { params },
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
            id: `${IDS.script}-${SHA256}`,
            filename: 'disk-report.sh',
            md5: 'acbd18db4cc2f85cedef654fccc4a4d8',
          },
          script_runas: 'bash %script%',
          task_arguments_values: ['90'],
          env: { THEEYE_ORGANIZATION_NAME: '"demo"' },
          timeout: 60_000,
          agent_logging: false,
        },
      ],
    },
  },
  downloadAgentScript: { params: { id: `${IDS.script}-${SHA256}` }, text: '#!/bin/sh\ndf -h\n' },
  endAgentJob: {
    body: {
      result: {
        state: 'success',
        data: { code: 0, log: '/ 42%\nsuccess\n', lastline: 'success', signal: null, killed: false },
      },
    },
    response: {},
  },
  postAgentDstat: { params, body: { dstat: { cpu: 3 } } },
  postAgentPsaux: { params, body: { psaux: [] } },
  patchAgentResource: { params: { id: HOST }, body: { state: 'success' } },
} satisfies Partial<Examples>;
