export { startSupervisor, startTestApp, type TestApp, type TestSupervisor } from './app.ts';
export { automation, inputArgument, lastLine, type Automation } from './automation.ts';
export { followLog, watchChanges, type Changes, type StreamEvent } from './events.ts';
export type { Answer, RequestOptions } from './http.ts';
export { addHost, addScript, addTask, type TestTask } from './objects.ts';
export { multipart, type FormPart } from './multipart.ts';
export { addIntegrationToken, addPerson, addSession, PASSWORD } from './people.ts';
export {
  allOperations,
  linkToken,
  pathOf,
  samplesOf,
  startJob,
  type Sample,
  type Samples,
} from './samples/index.ts';
export { fingerprint } from './fingerprint.ts';
