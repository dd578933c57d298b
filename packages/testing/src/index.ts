export { createTestDatabase, type TestDatabase } from './database.ts';
export { enrollFakeBot, fakeBot, type FakeBot, type LogOptions, type PollOptions } from './fake-bot.ts';
export { startHttpSink, type HttpSink, type SinkAnswer, type SunkRequest } from './http-sink.ts';
export { startMailSink, type MailSink, type SunkMail } from './mail-sink.ts';
export {
  decryptPush,
  newBrowserKeys,
  startPushSink,
  type BrowserKeyPair,
  type PushSink,
  type SunkPush,
} from './push-sink.ts';
export { startTcpProxy, type Behaviour, type Target, type TcpProxy } from './tcp-proxy.ts';
export { until } from './until.ts';
export {
  existingAgent,
  type AgentCredentialsFile,
  type AgentReport,
  type ExistingAgent,
} from './existing-agent.ts';
