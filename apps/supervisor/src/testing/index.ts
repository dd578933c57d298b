export { startSupervisor, startTestApp, type TestApp, type TestSupervisor } from './app.ts';
export { followLog, type StreamEvent } from './events.ts';
export type { Answer, RequestOptions } from './http.ts';
export { addHost, addScript, addTask } from './objects.ts';
export { addIntegrationToken, addPerson, addSession, PASSWORD } from './people.ts';
export { allOperations, pathOf, samplesOf, startJob, type Sample, type Samples } from './samples/index.ts';
export { fingerprint } from './fingerprint.ts';
