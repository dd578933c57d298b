import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from './until.ts';

export interface SunkRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What the sink answers; `hang` never does. */
export type SinkAnswer = { status: number; headers?: Record<string, string>; body?: string } | 'hang';

/** A web server that keeps what it is sent. */
export interface HttpSink extends AsyncDisposable {
  url: string;
  requests: readonly SunkRequest[];
  /** Of how many requests the other side went away before they were answered. */
  left: number;
  /** How it answers from now on; 200 at first. */
  answer: (request: SunkRequest) => SinkAnswer;
  /** Its requests once there are so many. */
  got(count: number): Promise<readonly SunkRequest[]>;
}

export async function startHttpSink(): Promise<HttpSink> {
  const requests: SunkRequest[] = [];
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableEnded) sink.left += 1;
    });
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const sunk = { method, path: url, headers, body: Buffer.concat(pieces).toString('utf8') };
      requests.push(sunk);
      const answer = sink.answer(sunk);
      if (answer !== 'hang') response.writeHead(answer.status, answer.headers).end(answer.body ?? 'ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sink: HttpSink = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    left: 0,
    answer: () => ({ status: 200 }),
    got: (count) =>
      until(() => (requests.length >= count ? requests : undefined), { what: `${count} requests` }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return sink;
}
