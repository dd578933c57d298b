import { constants } from 'node:os';
import { looksLikeResult } from '@argus/contract/result';
import type { Finished } from './link/outbox.ts';
import type { End } from './run/shim-link.ts';

/** What is told of an attempt whose end no shim saw. */
export const NOT_RUN: Omit<Finished, 'ending' | 'error' | 'stopped_by'> = {
  exit_code: null,
  signal: null,
  survivors: [],
  left_running: [],
  result: { file: null, stdout: null, stderr: null },
  duration_ms: null,
  log_dropped_bytes: 0,
};

/** What is told of an end. Candidates for a result are told where they could be one. */
export function finishedOf(end: End, logLimit: number, resultFile: string | null): Finished {
  const said = (line: string) => (looksLikeResult(line) ? line.trim() : null);
  return {
    ending: end.ending,
    exit_code: end.ending === 'exited' ? end.exitCode : null,
    signal: end.ending === 'signaled' ? signalName(end.signal) : null,
    stopped_by: end.stoppedBy,
    survivors: end.survivors.slice(0, 50).map((name) => name.slice(0, 200)),
    left_running: end.leftRunning.slice(0, 50).map((name) => name.slice(0, 200)),
    error:
      (end.error ?? (end.ending === 'unknown' ? 'its main process could not be ended' : null))?.slice(
        0,
        2000,
      ) ?? null,
    result: { file: resultFile, stdout: said(end.lastLine.stdout), stderr: said(end.lastLine.stderr) },
    duration_ms: end.ending === 'not_started' ? null : Math.round((end.endedNs - end.startedNs) / 1e6),
    log_dropped_bytes: Math.max(0, end.size - logLimit),
    limit: end.limit,
    usage: end.usage,
  };
}

function signalName(number: number): string {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `SIG${number}`;
}
