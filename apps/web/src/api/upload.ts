import { ArgusApiError } from '@argus/client';
import type { Job } from '@argus/contract';
import { answerSaid } from './sentences/learned.ts';

interface UploadOptions {
  signal: AbortSignal;
  /** How much is sent, 0 to 1. */
  onProgress: (sent: number) => void;
}

/** Sends a run whose form has files. The browser's `fetch` does not say how much of a body is sent. */
export function runWithFiles(
  customer: string,
  { method, path }: { method: 'POST' | 'PUT'; path: string },
  form: FormData,
  { signal, onProgress }: UploadOptions,
): Promise<Job> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, `/${encodeURIComponent(customer)}${path}`);
    request.setRequestHeader('accept', 'application/json');
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      onProgress(total > 0 ? loaded / total : 0),
    );
    request.addEventListener('load', () => {
      const { status, statusText, responseText } = request;
      if (status === 200) return resolve(JSON.parse(responseText) as Job);
      answerSaid(new Response(responseText, { status, statusText }))
        .then(ArgusApiError.from)
        .then(reject, reject);
    });
    request.addEventListener('error', () => reject(new TypeError('The server cannot be reached.')));
    request.addEventListener('abort', () => reject(signal.reason as Error));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(form);
  });
}
