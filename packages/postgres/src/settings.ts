import type { Place } from './place.ts';
import { socketPort } from './place.ts';

/** For a small machine that runs a job queue: few cores, short transactions, commits that must last. */
const tuned: Record<string, string> = {
  max_connections: '100',
  // A queue's hot rows fit easily; memory is only taken as pages are used.
  shared_buffers: '128MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  effective_cache_size: '512MB',
  // SSDs: a random page costs about what the next one does.
  random_page_cost: '1.1',
  // Fewer full-page images, for a longer recovery after a crash: at most 1 GB of WAL, some seconds.
  checkpoint_timeout: '15min',
  max_wal_size: '1GB',
  // The only method every one of our builds has (lz4 and zstd are not compiled in).
  wal_compression: 'pglz',
  // Reads come from memory nearly always: saves the three I/O processes of the default method.
  io_method: 'sync',
  // Short statements on few cores: planning for compilation or parallel workers costs more than it gives.
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  max_worker_processes: '4',
  // Nothing is replicated by rows: saves its launcher process.
  max_logical_replication_workers: '0',
  // Queue rows die in minutes: look often, clean after 2 % of the rows (default 20 %), and do not dawdle.
  autovacuum_naptime: '10s',
  autovacuum_max_workers: '2',
  autovacuum_vacuum_scale_factor: '0.02',
  autovacuum_analyze_scale_factor: '0.05',
  autovacuum_vacuum_cost_limit: '1000',
  // A forgotten transaction keeps dead queue rows from being cleaned.
  idle_in_transaction_session_timeout: '5min',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  log_min_duration_statement: '1s',
  // Parameters of statements hold users' data and secrets.
  log_parameter_max_length: '0',
  cluster_name: 'argus',
};

const durable: Record<string, string> = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };
const volatile: Record<string, string> = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** Nobody may change these: who can connect, and what adopting a running server compares. */
function managed(place: Place, version: string): Record<string, string> {
  return {
    listen_addresses: '',
    port: String(socketPort),
    unix_socket_directories: place.socketDir,
    unix_socket_permissions: '0700',
    // PostgreSQL's stderr is a file that outlives us; its own collector bounds files by age only.
    logging_collector: 'off',
    // Not known to PostgreSQL: makes the version of the programs a part of the command line.
    'argus.binaries': version,
  };
}

/** What decides the settings of a cluster. */
export type SettingsInput = {
  place: Place;
  version: string;
  fsync: boolean;
  settings: Record<string, string>;
};

/**
 * The arguments of `postgres`. Settings go here and not into postgresql.conf: two servers with the same command
 * line have the same settings, and nothing half-written is ever read.
 */
export function serverArguments({ place, version, fsync, settings }: SettingsInput): string[] {
  const all = { ...tuned, ...(fsync ? durable : volatile), ...settings, ...managed(place, version) };
  return ['-D', place.data, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
