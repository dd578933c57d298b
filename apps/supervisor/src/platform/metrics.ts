import { Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';

/** What `/metrics` shows. Made once per supervisor. */
export function createMetrics() {
  const registers = [new Registry()];
  const registry = registers[0] as Registry;
  return {
    registry,
    requests: new Counter({
      name: 'argus_http_requests_total',
      help: 'Answers by operation and status.',
      labelNames: ['operation', 'status'] as const,
      registers,
    }),
    duration: new Histogram({
      name: 'argus_http_request_seconds',
      help: 'Time to answer, without held polls and streams.',
      labelNames: ['operation'] as const,
      buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3],
      registers,
    }),
    jobsCreated: new Counter({
      name: 'argus_jobs_created_total',
      help: 'Jobs accepted, by origin.',
      labelNames: ['origin'] as const,
      registers,
    }),
    jobsEnded: new Counter({
      name: 'argus_jobs_ended_total',
      help: 'Jobs ended, by state.',
      labelNames: ['state'] as const,
      registers,
    }),
    attemptsRetried: new Counter({
      name: 'argus_attempts_retried_total',
      help: 'Attempts that another one follows, by how they went.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    dispatched: new Counter({
      name: 'argus_jobs_dispatched_total',
      help: 'Hand-outs to bots; `direct` went out with the request that made the job.',
      labelNames: ['way'] as const,
      registers,
    }),
    botsWaiting: new Gauge({ name: 'argus_bots_waiting', help: 'Bots whose poll is held here.', registers }),
    supervisors: new Gauge({
      name: 'argus_supervisors',
      help: 'Supervisors that share this database, as this one sees it.',
      registers,
    }),
    logBytes: new Counter({
      name: 'argus_log_bytes_total',
      help: 'Log bytes stored, before compression.',
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
