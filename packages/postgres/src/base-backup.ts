import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Connection } from './connection.ts';

/** Bytes that may wait for whoever reads, before the server has to. */
const WAITING_MAX = 1024 * 1024;

/** Text at the front of a CopyData of BASE_BACKUP: a new archive, its data, or how far it is. */
const NEW_ARCHIVE = 'n'.charCodeAt(0);
const DATA = 'd'.charCodeAt(0);

/**
 * A copy of a whole running cluster, consistent to the moment at which it ends: the bytes of a tar archive of its data
 * directory, with the WAL that a start on it replays. Others go on reading and writing. However the reading ends, the
 * server leaves backup mode and forgets what it kept for it: both belong to the connection.
 * @param admin the superuser's connection.
 * @throws what the server says, also at the end: where a page does not fit its checksum, the copy is of no use.
 */
export async function* baseBackup(admin: Connection, signal: AbortSignal): AsyncGenerator<Buffer> {
  const config: pg.ClientConfig & { replication: string } = { ...admin, replication: 'true' };
  const client = new pg.Client(config);
  const pieces = new Pieces(() => streamOf(client));
  client.on('error', pieces.fail);
  const abort = () => {
    pieces.fail(signal.reason);
    streamOf(client).destroy();
  };
  signal.addEventListener('abort', abort);
  try {
    signal.throwIfAborted();
    await client.connect();
    // A slot of this connection keeps the WAL from now on: without one, a checkpoint may remove what the end needs.
    const slot = `argus_backup_${randomBytes(6).toString('hex')}`;
    await client.query(`CREATE_REPLICATION_SLOT ${slot} TEMPORARY PHYSICAL (RESERVE_WAL)`);
    client.query(statement(pieces));
    yield* pieces.read();
  } finally {
    signal.removeEventListener('abort', abort);
    // What was not read to its end is not to be sent to its end either.
    if (!pieces.isOver) streamOf(client).destroy();
    await client.end();
  }
}

function streamOf(client: pg.Client): { pause(): void; resume(): void; destroy(): void } {
  return (client as unknown as { connection: { stream: { pause(): void; resume(): void; destroy(): void } } })
    .connection.stream;
}

/** BASE_BACKUP for `pg`: its messages are those of a COPY with a letter in front of each piece. */
function statement(pieces: Pieces): pg.Submittable {
  let rows = 0;
  let results = 0;
  const query = {
    submit: (connection: { query(text: string): void }) =>
      // the checkpoint at once: the buffers are 128 MB at most, while a gentle one takes minutes
      connection.query("BASE_BACKUP (LABEL 'argus', CHECKPOINT 'fast', WAL true, TARGET 'client')"),
    handleRowDescription: () => {
      rows = 0;
      results++;
    },
    handleDataRow: () => {
      // where the copy begins; then the data directory and each tablespace outside of it
      if (results === 2 && ++rows === 2)
        pieces.fail(
          new Error(
            'The database has tablespaces outside of its data directory, which a backup does not hold: move what is in them back (ALTER TABLE … SET TABLESPACE pg_default) and drop them.',
          ),
        );
    },
    handleCopyData({ chunk }: { chunk: Buffer }) {
      if (chunk[0] === DATA) pieces.add(chunk.subarray(1));
      else if (chunk[0] === NEW_ARCHIVE && !chunk.toString('latin1').startsWith('nbase.tar\0'))
        pieces.fail(new Error('The database sends an archive that is not its data directory.'));
    },
    handleCommandComplete: () => undefined,
    handleError: (error: Error) => pieces.fail(error),
    handleReadyForQuery: () => pieces.end(),
  };
  return query;
}

/** What has come and was not read yet. The socket rests while that is much. */
class Pieces {
  readonly #stream: () => { pause(): void; resume(): void };
  #waiting: Buffer[] = [];
  #bytes = 0;
  #failure: { reason: unknown } | undefined;
  #wake = Promise.withResolvers<void>();
  isOver = false;

  constructor(stream: () => { pause(): void; resume(): void }) {
    this.#stream = stream;
  }

  add(piece: Buffer): void {
    // its memory is used again for the next one
    this.#waiting.push(Buffer.from(piece));
    this.#bytes += piece.length;
    if (this.#bytes > WAITING_MAX) this.#stream().pause();
    this.#wake.resolve();
  }

  readonly fail = (reason: unknown): void => {
    this.#failure ??= { reason };
    this.#wake.resolve();
  };

  end(): void {
    this.isOver = true;
    this.#wake.resolve();
  }

  async *read(): AsyncGenerator<Buffer> {
    for (;;) {
      if (this.#failure) throw this.#failure.reason;
      const pieces = this.#waiting;
      this.#waiting = [];
      this.#bytes = 0;
      if (pieces.length === 0 && this.isOver) return;
      if (pieces.length === 0) {
        this.#wake = Promise.withResolvers();
        this.#stream().resume();
        await this.#wake.promise;
      }
      yield* pieces;
    }
  }
}
