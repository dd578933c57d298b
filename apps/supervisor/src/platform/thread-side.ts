import type { MessagePort } from 'node:worker_threads';

/** What goes to a thread and what comes back. */
export interface TaskMessage {
  id: number;
  task: unknown;
}
export type ResultMessage =
  | { id: number; result: unknown }
  | { id: number; error: { message: string; code?: string } };

/** Answers the tasks of a thread, one after the other. */
export function serveTasks<Task>(port: MessagePort | null, run: (task: Task) => Promise<unknown>): void {
  if (port === null) throw new Error('this is a thread of the supervisor, not a program');
  port.on('message', ({ id, task }: TaskMessage) => {
    run(task as Task).then(
      (result) => port.postMessage({ id, result } satisfies ResultMessage),
      (error: Error & { code?: unknown }) =>
        port.postMessage({
          id,
          error: { message: error.message, ...(typeof error.code === 'string' && { code: error.code }) },
        } satisfies ResultMessage),
    );
  });
}
