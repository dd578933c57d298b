import type { RunInstruction } from '../bot-protocol.ts';
import { PROTOCOL_VERSION } from '../limits.ts';
import { IDS, SHA256, type Examples } from './shared.ts';

const LEASE = 'b7c1f0d2e4a69588b7c1f0d2e4a69588';
const attempt = { job: IDS.job, attempt: 1, lease: LEASE };
const run: RunInstruction = {
  type: 'run',
  ...attempt,
  task_id: IDS.task,
  name: 'Disk report',
  run_as: 'bash %script%',
  script: { id: IDS.script, filename: 'disk-report.sh', sha256: SHA256, size: 812 },
  args: ['90'],
  env: { THEEYE_JOB: `{"id":"${IDS.job}","task_id":"${IDS.task}"}`, THEEYE_ORGANIZATION_NAME: '"demo"' },
  timeout: 60,
  kill_grace: 10,
  log_limit: 1_073_741_824,
};

export const systemExamples = {
  enrollBot: {
    body: { code: 'argus_enroll_T4hNw8xQe2ZsVbYm6LrKc1PjUd9gAo3fIi7tRvE5kXq', hostname: 'db-1' },
    response: {
      host_id: IDS.enrolledHost,
      hostname: 'db-1',
      customer: 'demo',
      credential: 'argus_bot_Yk2ZrVt9wLx5cNqHm0bGs7DfJp4UaEo8iTeR1vBn6Wj',
    },
  },
  pollBot: {
    body: { protocol: PROTOCOL_VERSION, boot: '0d6f1f2c-6a3e-4c9d', slots: 10, attempts: [] },
    response: { protocol: PROTOCOL_VERSION, instructions: [run] },
  },
  postBotEvents: {
    body: {
      protocol: PROTOCOL_VERSION,
      events: [{ type: 'started', ...attempt, pid: 48_213, age_ms: 3 }],
    },
    response: { protocol: PROTOCOL_VERSION, results: [{ status: 'accepted' }], instructions: [] },
  },
  getBotScript: { params: { sha256: SHA256 }, text: '#!/bin/bash\ndf -hPT\n' },
  getBotFile: {},
  getStatus: {
    response: {
      status: 'ok',
      version: '0.1.0',
      database: 'up',
      protocol: PROTOCOL_VERSION,
      supervisor: IDS.supervisor,
    },
  },
  getOpenApi: { response: { openapi: '3.1.0', info: { title: 'Argus', version: '0.1.0' }, paths: {} } },
  getDocs: { text: '<!doctype html>…' },
  getMetrics: {
    text: 'argus_http_requests_total{operation="getStatus",status="200"} 1\n',
  },
} satisfies Partial<Examples>;
