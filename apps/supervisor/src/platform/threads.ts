import { Worker } from 'node:worker_threads';
import type { ResultMessage, TaskMessage } from './thread-side.ts';
import { createTurns } from './turns.ts';

/** Work that would hold up the event loop, done by a few threads of this process. */
export interface Threads<Task, Result> extends AsyncDisposable {
  /**
   * Does a task when its turn comes: owners take turns, whoever has how many tasks. Undefined, without doing it, where
   * too many wait already. A task whose signal ends before its turn is not done.
   */
  run(owner: string, task: Task, signal: AbortSignal): Promise<{ value: Result } | undefined>;
}

export interface ThreadOptions {
  /** The module that a thread runs; it calls `serveTasks`. */
  module: URL;
  /** What a thread is given at its start. */
  data: unknown;
  width: number;
  /** Tasks that may wait. */
  waiting: number;
  /** Threads end after this long without a task. */
  idleMs: number;
}

interface Thread {
  worker: Worker;
  done: PromiseWithResolvers<unknown> | undefined;
  idle: NodeJS.Timeout | undefined;
}

/** Threads start with the first task and end when none came for a while, so that they cost nothing until then. */
export function createThreads<Task, Result>(options: ThreadOptions): Threads<Task, Result> {
  const free: Thread[] = [];
  const all = new Set<Thread>();
  const turns = createTurns({ width: options.width, waiting: options.waiting });

  function start(): Thread {
    const worker = new Worker(options.module, { workerData: options.data });
    const thread: Thread = { worker, done: undefined, idle: undefined };
    all.add(thread);
    const drop = (error: Error) => {
      all.delete(thread);
      clearTimeout(thread.idle);
      if (free.includes(thread)) free.splice(free.indexOf(thread), 1);
      thread.done?.reject(error);
    };
    worker.on('message', (message: ResultMessage) => {
      if ('error' in message) {
        const { message: text, ...rest } = message.error;
        thread.done?.reject(Object.assign(new Error(text), rest));
      } else thread.done?.resolve(message.result);
    });
    worker.on('error', drop);
    worker.on('exit', () => drop(new Error('a thread of the supervisor ended')));
    // it must not keep the process from ending
    worker.unref();
    return thread;
  }

  let made = 0;
  async function doOn(thread: Thread, task: Task): Promise<Result> {
    clearTimeout(thread.idle);
    thread.done = Promise.withResolvers();
    try {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
      thread.worker.postMessage({ id: ++made, task } satisfies TaskMessage);
      return (await thread.done.promise) as Result;
    } finally {
      thread.done = undefined;
      if (all.has(thread)) {
        free.push(thread);
        thread.idle = setTimeout(() => void thread.worker.terminate(), options.idleMs).unref();
      }
    }
  }

  return {
    run: (owner, task, signal) => turns.run(owner, () => doOn(free.pop() ?? start(), task), signal),
    async [Symbol.asyncDispose]() {
      await Promise.all([...all].map(({ worker }) => worker.terminate()));
    },
  };
}
