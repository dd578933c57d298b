import { constants } from 'node:os';
import { looksLikeResult } from '@argus/contract/result';
import type { Phase } from './link/journal.ts';
import type { Finished } from './link/outbox.ts';
import type { Hidden } from '@argus/contract/masks';
import type { End } from './run/shim-link.ts';

/** Of an end without a process: beside it comes what is known. */
export const NOT_RUN: Omit<Finished, 'ending' | 'error' | 'stopped_by'> = {
  exit_code: null,
  signal: null,
  survivors: [],
  left_running: [],
  result: { file: null, stdout: null, stderr: null },
  duration_ms: null,
  log_dropped_bytes: 0,
};

/** What is known of an attempt after a restart of the machine. `isSynced`: the journal was on the disk before a start. */
export function restarted(phase: Phase, isSynced: boolean): string {
  if (phase === 'running') return 'the machine was restarted while the script ran';
  return isSynced && phase === 'accepted'
    ? 'the machine was restarted before the script ran'
    : 'the machine was restarted: nobody knows whether the script had begun';
}

export interface EndFacts {
  /** What came after the limit of the log, bytes. */
  dropped: number;
  /** The result file, where the script wrote one. */
  file: string | null;
  hidden: Hidden;
}

/** What is reported of an end that a shim saw. What is hidden is replaced before anything is cut short. */
export function finishedOf(end: End, { dropped, file, hidden }: EndFacts): Finished {
  const names = (found: readonly string[]) =>
    found.slice(0, 50).map((name) => hidden.text(name).slice(0, 200));
  const said = (line: string) => (looksLikeResult(line) ? hidden.result(line.trim()) : null);
  const error = end.error && hidden.text(end.error).slice(0, 2000);
  return {
    ending: end.ending,
    exit_code: end.ending === 'exited' ? end.exitCode : null,
    signal: end.ending === 'signaled' ? signalName(end.signal) : null,
    stopped_by: end.stoppedBy,
    survivors: names(end.survivors),
    left_running: names(end.leftRunning),
    error: error ?? (end.ending === 'unknown' ? 'its main process could not be ended' : null),
    result: {
      // no request may hold a NUL
      file: file === null ? null : hidden.result(file.replaceAll('\0', '\uFFFD')),
      stdout: said(end.lastLine.stdout),
      stderr: said(end.lastLine.stderr),
    },
    duration_ms: end.ending === 'not_started' ? null : Math.round((end.endedNs - end.startedNs) / 1e6),
    log_dropped_bytes: dropped,
    limit: end.limit,
    usage: end.usage,
  };
}

function signalName(number: number): string {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `SIG${number}`;
}
