import { parseArgs } from 'node:util';

/** One measured number. `n` is how many observations it rests on. */
export interface Line {
  name: string;
  value: number;
  unit: string;
  n: number;
}

/** What the numbers are to reach, for people to compare; nothing fails by them. */
const targets: Record<string, { least?: number; most?: number }> = {
  bare_rss_mb: { most: 70 },
  dispatch_over_spawn_ms: { most: 4 },
  dispatch_p99_ms: { most: 20 },
  noop_over_spawn: { least: 1 },
  chain_p50_ms: { most: 12 },
  fanout_1000_s: { most: 1 },
  workflow3_over_target: { most: 1 },
  schedules_10k_s: { most: 10 },
  accept_per_s: { least: 4000 },
  accept_over_insert: { least: 0.5 },
  queue_jobs_per_s: { least: 5000 },
  queue_50_jobs_per_s: { least: 5000 },
  queue_50_over_1: { least: 0.8, most: 1.25 },
  queue_failed_requests: { most: 0 },
  claim_1m_over_empty: { most: 1.3 },
  claim_freed_1m_over_empty: { most: 1.3 },
  idle_5000_bots_mb: { most: 150 },
  idle_5000_bots_cpu: { most: 5 },
  authz_us: { most: 300 },
  list_10k_tasks_over_1k: { most: 1.3 },
  list_1m_jobs_over_1k: { most: 1.3 },
  rss_supervisor_mb: { most: 180 },
  rss_bot_mb: { most: 90 },
  start_ms: { most: 3000 },
  soak_jobs_per_s: { least: 195 },
  soak_waiting_jobs: { most: 400 },
  soak_supervisor_growth_mb: { most: 20 },
  soak_postgres_growth_mb: { most: 40 },
  soak_tables_growth: { most: 1.3 },
  soak_dispatch_growth: { most: 1.5 },
  soak_deleting_over_calm: { most: 2 },
  upload_64mib_rss_mb: { most: 40 },
  log_open_ms: { most: 300 },
  log_search_1gib_ms: { most: 2500 },
  web_list_interactive_ms: { most: 1000 },
  web_filter_tasks_ms: { most: 300 },
  web_filter_jobs_ms: { most: 300 },
  web_list_scripts_kb: { most: 250 },
};

/** Writes lines to stdout as they come. */
export interface Report {
  line(line: Line): void;
  /** What goes on, for people, on stderr. */
  say(text: string): void;
  /** The targets beside the values, on stderr. */
  compare(): void;
}

export function createReport(): Report {
  const lines: Line[] = [];
  const say = (text: string) => console.error(text);
  return {
    line({ name, value, unit, n }) {
      const rounded = Number(value.toPrecision(4));
      lines.push({ name, value: rounded, unit, n });
      console.log(JSON.stringify({ name, value: rounded, unit, n }));
    },
    say,
    compare() {
      for (const { name, value, unit } of lines) {
        const { least, most } = targets[name] ?? {};
        if (least !== undefined) say(verdict(name, value, unit, `at least ${least}`, value >= least));
        if (most !== undefined) say(verdict(name, value, unit, `at most ${most}`, value <= most));
      }
    },
  };
}

function verdict(name: string, value: number, unit: string, target: string, isReached: boolean): string {
  return `${name.padEnd(24)} ${String(value).padStart(8)} ${unit.padEnd(4)} ${target} ${isReached ? '✓' : '✗'}`;
}

export interface Arguments {
  groups: string[];
  showTargets: boolean;
  /** A directory for CPU profiles of the supervisors. */
  profile: string | undefined;
}

/** Reads the command line. @throws where it names a group that does not exist */
export function readArguments(argv: readonly string[], known: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { targets: { type: 'boolean', default: false }, profile: { type: 'string' } },
    allowPositionals: true,
  });
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`there is no group ${unknown}; there are ${known.join(', ')}`);
  const groups = positionals.length > 0 ? positionals : [...known];
  return { groups, showTargets: values.targets, profile: values.profile };
}
