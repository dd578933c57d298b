import { IDS, SHA256, type Examples } from './shared.ts';

const file = { name: 'reports/disks.csv', size: 26, sha256: SHA256 };

export const artifactsExamples = {
  listArtifacts: {
    response: [
      { id: IDS.artifact, attempt: 1, ...file, type: 'text/csv', creation_date: '2026-11-24T09:30:00.180Z' },
    ],
  },
  getArtifact: { params: { artifact: IDS.artifact }, text: 'mount;percent\n/srv;81\n/;40\n' },
  offerArtifacts: {
    body: {
      job: IDS.job,
      attempt: 1,
      lease: 'b7c1f0d2e4a69588b7c1f0d2e4a69588',
      files: [file],
      left_out: { count: 1, files: [{ name: 'core', reason: 'too_large' }] },
    },
    response: { wanted: [{ name: file.name, id: IDS.artifact, received: 0 }] },
  },
  sendArtifact: {
    params: { id: IDS.artifact },
    query: { offset: '0' },
    body: 'mount;percent\n/srv;81\n/;40\n',
    response: { received: 26, complete: true },
  },
} satisfies Partial<Examples>;
