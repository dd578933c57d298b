import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { listProcesses } from './processes.ts';
import type { Report } from './report.ts';
import type { Server } from './server.ts';

const LOG_BYTES = 1024 ** 3;
const WARM_UP_BYTES = 16 * 1024 ** 2;
/** Until what a start left behind has settled, milliseconds. */
const SETTLE_MS = 3_000;

/**
 * Ordinary lines of about 105 bytes, of which no two are the same within 4 MiB: more than any compressor here looks
 * back. Made once and written again and again, so that the script is not what is measured.
 */
const WRITES_LINES = `my ($bytes) = @ARGV;
my @words = qw(accepted request session timeout worker queue retry connection cache user update index batch);
my ($block, $n) = ('', 0);
srand 7;
while (length $block < 4 << 20) {
    $block .= sprintf "2026-11-24T%02d:%02d:%02d.%03dZ %s [worker-%d] %s %s id=%08x took %d ms path=/api/v1/%s/%d\\n",
        $n / 3600 % 24, $n / 60 % 60, $n % 60, rand 1000, rand() < .9 ? 'INFO ' : 'WARN ', rand 16, $words[rand @words],
        $words[rand @words], rand 2**32, rand 900, $words[rand @words], $n++;
}
while ($bytes > 0) {
    my $size = $bytes < length $block ? $bytes : length $block;
    syswrite STDOUT, $block, $size or exit 1;
    $bytes -= $size;
}
`;

/** How fast the log of one script is stored, and what a log of 1 GiB costs in memory: the peak that the kernel saw. */
export async function log(server: Server, report: Report): Promise<void> {
  const task = await makeTask(server);
  await server.restart();
  // code is loaded and compiled once, whatever the size
  await runWith(server, task, WARM_UP_BYTES);
  await wait(SETTLE_MS);
  const processes = { supervisor: server.pid, bot: await botOf(server) };
  const before = { supervisor: await peakMb(processes.supervisor), bot: await peakMb(processes.bot) };
  const begin = performance.now();
  const lines = await runWith(server, task, LOG_BYTES);
  const seconds = (performance.now() - begin) / 1000;
  report.line({ name: 'log_mb_per_s', value: LOG_BYTES / 1e6 / seconds, unit: 'MB/s', n: lines });
  for (const which of ['supervisor', 'bot'] as const) {
    const rise = (await peakMb(processes[which])) - before[which];
    report.line({ name: `log_rss_${which}_mb`, value: rise, unit: 'MB', n: 1 });
  }
}

export async function makeTask({ client, bot }: Server): Promise<string> {
  const script = await client.createScript({ body: { filename: 'lines.pl', content: WRITES_LINES } });
  const task = await client.createTask({
    body: {
      name: 'Write a log',
      host_id: bot,
      script_id: script.id,
      run_as: 'perl %script%',
      task_arguments: [{ type: 'input', label: 'Bytes' }],
    },
  });
  return task.id;
}

/** Runs the task and waits for its end: by then all of its log is stored. Answers how many lines it has. */
async function runWith({ client }: Server, task: string, bytes: number): Promise<number> {
  const { id } = await client.runTask({ params: { id: task }, body: { task_arguments: [String(bytes)] } });
  const { state, reason, log_bytes, log_lines } = await client.waitForJob(id);
  if (state !== 'success') throw new Error(`the job ended with ${state}: ${reason}`);
  if (log_bytes !== bytes) throw new Error(`${log_bytes} bytes of log are stored instead of ${bytes}`);
  return log_lines;
}

async function botOf({ pid }: Server): Promise<number> {
  const bot = (await listProcesses()).find(
    ({ parent, command }) => parent === pid && command.includes('apps/bot/'),
  );
  if (bot === undefined) throw new Error('the bot does not run');
  return bot.pid;
}

/** Megabytes (10^6 bytes) that were resident at most since the last call. */
async function peakMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  // makes the kernel forget the highest value so far
  await writeFile(`/proc/${pid}/clear_refs`, '5');
  return (Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1]) * 1024) / 1e6;
}
