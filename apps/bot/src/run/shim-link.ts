import { connect, type Socket } from 'node:net';
import type { Ending, Limit, RunLimits, Stopper, Stream, Usage } from '@argus/contract';
import { fields, frame, FrameReader, type Frame } from './frames.ts';

/** A running script as its shim knows it. */
export interface Running {
  attempt: string;
  pid: number;
  /** Start of the process in clock ticks since boot, as /proc has it; 0 where unknown. Tells reused pids apart. */
  ticks: number;
  /** Start by the machine's monotonic clock, nanoseconds. */
  startedNs: number;
}

export interface Output {
  /** Bytes of the attempt's output, both streams, before this piece. */
  offset: number;
  stream: Stream;
  data: Buffer;
}

/** How a run ended, as the shim saw it; also the content of the status file. */
export interface End {
  attempt: string;
  ending: Ending;
  exitCode: number;
  /** Number of the signal, 0 for none. */
  signal: number;
  stoppedBy: Stopper | null;
  startedNs: number;
  endedNs: number;
  /** Bytes of output, both streams. */
  size: number;
  survivors: string[];
  leftRunning: string[];
  error: string | null;
  /** The last line of each stream that is not blank, up to 1 MiB; empty where there is none. */
  lastLine: Record<Stream, string>;
  /** The limit that was hit, as the kernel counted or the shim saw it. */
  limit: Limit | null;
  /** Null where no process was made, or the system does not tell. */
  usage: Usage | null;
}

export interface RunOrder {
  attempt: string;
  statusFile: string;
  directory: string;
  /** Null: as the user of the shim. */
  user: { uid: number; gid: number; groups: readonly number[] } | null;
  timeoutMs: number;
  graceMs: number;
  /** When the shim stops the tree by itself, by the monotonic clock, and the grace it then gives; null: never. */
  fence: { deadlineNs: number; graceMs: number } | null;
  limits: RunLimits;
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
}

export interface ShimListener {
  started(running: Running): void;
  output(output: Output): void;
  ended(end: End): void;
  /** The connection is gone: the shim ended or a newer connection took its place. */
  closed(): void;
}

/** What a shim says when a bot connects. */
export interface ShimState {
  pid: number;
  running: Running | null;
  /** Of the frames it speaks. Shims outlive bots: one of an earlier bot ends after its run. */
  version: number;
  /** Who makes the processes: the spawn helper, or perl itself. */
  launcher: string;
}

/** What this bot speaks. */
export const SHIM_VERSION = 2;

/** The connection to one shim. */
export class ShimLink {
  readonly pid: number;
  readonly version: number;
  readonly launcher: string;
  #socket: Socket;
  #listener: ShimListener | undefined;

  private constructor(socket: Socket, { pid, version, launcher }: ShimState) {
    this.#socket = socket;
    this.pid = pid;
    this.version = version;
    this.launcher = launcher;
  }

  /** Connects and takes the shim over from any earlier connection. @throws where nothing listens */
  static connect(path: string): Promise<{ link: ShimLink; state: ShimState }> {
    const { promise, resolve, reject } = Promise.withResolvers<{ link: ShimLink; state: ShimState }>();
    const socket = connect(path);
    const reader = new FrameReader();
    let link: ShimLink | undefined;
    socket.once('error', reject);
    socket.on('data', (bytes: Buffer) => {
      for (const received of reader.push(bytes)) {
        if (link) link.#take(received);
        else {
          const state = stateOf(received);
          link = new ShimLink(socket, state);
          socket.off('error', reject);
          socket.on('error', () => {}); // 'close' follows
          resolve({ link, state });
        }
      }
    });
    socket.once('close', () => {
      if (link) link.#listener?.closed();
      else reject(new Error(`${path}: closed before the shim answered`));
    });
    return promise;
  }

  listen(listener: ShimListener | undefined): void {
    this.#listener = listener;
  }

  run(order: RunOrder): void {
    const { user, fence, limits } = order;
    const { memory_bytes = 0, cpu_seconds = 0, processes = 0 } = limits;
    if (fence || memory_bytes || cpu_seconds || processes)
      this.#send(
        'L',
        fields([fence?.deadlineNs ?? 0, fence?.graceMs ?? 0, memory_bytes, cpu_seconds, processes]),
      );
    this.#send(
      'R',
      fields([
        order.attempt,
        order.statusFile,
        order.directory,
        user ? user.uid : '',
        user ? [user.gid, ...user.groups.filter((group) => group !== user.gid)].join(' ') : '',
        order.timeoutMs,
        order.graceMs,
        order.argv.length,
        ...order.argv,
        ...Object.entries(order.env).map(([name, value]) => `${name}=${value}`),
      ]),
    );
  }

  /** Asks for the output from this offset on; what is before it will not be asked for again. */
  goOn(offset: number): void {
    this.#send('G', String(offset));
  }

  /** The output up to this offset is kept elsewhere. */
  acknowledge(offset: number): void {
    this.#send('A', String(offset));
  }

  stop(by: 'cancel' | 'timeout' | 'fence'): void {
    this.#send('K', by);
  }

  /** Moves the fence of the run; nothing happens where it has none, or it has passed. */
  moveFence(deadlineNs: number): void {
    this.#send('F', String(deadlineNs));
  }

  /** The end is kept elsewhere: the shim is free, or ends where processes were left behind. */
  done(): void {
    this.#send('D');
  }

  quit(): void {
    this.#send('Q');
  }

  /** Drops the connection; the shim and its script go on. */
  close(): void {
    this.#listener = undefined;
    this.#socket.destroy();
  }

  #send(type: string, body?: Uint8Array | string): void {
    this.#socket.write(frame(type, body));
  }

  #take({ type, body }: Frame): void {
    if (type === 'O') {
      const stream = body[8] === 'o'.charCodeAt(0) ? 'stdout' : 'stderr';
      this.#listener?.output({ offset: Number(body.readBigUInt64BE()), stream, data: body.subarray(9) });
    } else if (type === 'T') this.#listener?.started(runningOf(body.toString().split('\0')));
    else if (type === 'E') this.#listener?.ended(endOf(body));
  }
}

function stateOf({ type, body }: Frame): ShimState {
  if (type !== 'S') throw new Error(`a shim begins with its state, not with ${type}`);
  const [pid = '', ...running] = body.toString().split('\0');
  const [attempt, , , , version = '1', launcher = 'perl'] = running;
  return {
    pid: Number(pid),
    running: attempt ? runningOf(running) : null,
    version: Number(version),
    launcher,
  };
}

function runningOf([attempt = '', pid, ticks, startedNs]: string[]): Running {
  return { attempt, pid: Number(pid), ticks: Number(ticks), startedNs: Number(startedNs) };
}

/** Reads how a run ended, from a frame or from a status file. */
export function endOf(bytes: Buffer): End {
  const [
    attempt = '',
    ending,
    exitCode,
    signal,
    stoppedBy,
    startedNs,
    endedNs,
    size,
    survivors = '',
    left = '',
    error = '',
    stdout = '',
    stderr = '',
    limit,
    memory = '',
    cpuMs = '',
  ] = bytes.toString().split('\0');
  return {
    attempt,
    ending: ending as Ending,
    exitCode: Number(exitCode),
    signal: Number(signal),
    stoppedBy: (stoppedBy || null) as Stopper | null,
    startedNs: Number(startedNs),
    endedNs: Number(endedNs),
    size: Number(size),
    survivors: survivors === '' ? [] : survivors.split('\n'),
    leftRunning: left === '' ? [] : left.split('\n'),
    error: error === '' ? null : error,
    lastLine: { stdout, stderr },
    limit: (limit || null) as Limit | null,
    usage: memory === '' ? null : { memory_bytes: Number(memory), cpu_ms: Number(cpuMs) },
  };
}
