import { createHash } from 'node:crypto';
import { ArgusError, FileValue, invalid, type ArgumentDefinition, type GivenFiles } from '@argus/contract';
import { isStillReferenced, type Database } from '../../platform/database.ts';
import type { IncomingFile, Upload } from '../../platform/http/multipart.ts';
import { bytesPassed } from '../../platform/heap.ts';
import { fileQueries, type FileQueries } from './queries.ts';
import {
  cleanFilename,
  cleanMimetype,
  decodeDataUrl,
  filesIn,
  isList,
  storedFile,
  type StoredArgument,
  type StoredFile,
} from './rules.ts';

/** Bytes of one row: large enough for few round trips, small enough that many uploads at once stay small. */
export const CHUNK_BYTES = 256 * 1024;
/** A file that is handed on as text, bytes. */
const DATA_URL_MAX_BYTES = 8 * 1024 * 1024;

/** The files that stand in the place of arguments. */
export interface Files {
  queries: FileQueries;
  /**
   * Reads the rest of an upload and stores its files as they come. Answers the whole body, with a FileValue where a
   * file belongs, and a function that takes the files back where no job came of it.
   */
  receive(
    upload: Upload,
    task: { customer_id: string; task_arguments: readonly ArgumentDefinition[] },
  ): Promise<{ body: Record<string, unknown>; takeBack(): Promise<void> }>;
  /** Turns resolved arguments into what is stored of them: data URLs become files. Whoever keeps them ties them. */
  settle(customerId: string, values: readonly (string | GivenFiles)[]): Promise<StoredArgument[]>;
  /** The same, with the files tied to a job. */
  keep(
    customerId: string,
    jobId: string,
    values: readonly (string | GivenFiles)[],
  ): Promise<StoredArgument[]>;
  /**
   * Ties the files of stored arguments to another job, which must be called before that job is made. Elements of
   * other kinds are passed over. Throws `conflict` where a file is gone.
   */
  link(jobId: string, elements: readonly unknown[]): Promise<void>;
  /** The bytes of a stored file, piece by piece. */
  read(id: string): AsyncGenerator<Buffer>;
  /**
   * A file as `data:<type>;name=<name>;base64,…`, the files of a list as a JSON array of them; any other text as it
   * is. Throws `too_large` beyond 8 MiB.
   */
  asDataUrl(element: StoredArgument): Promise<string>;
}

export function createFiles(db: Database): Files {
  const queries = fileQueries(db);

  async function store(
    customerId: string,
    {
      filename,
      mimetype,
      content,
    }: Omit<IncomingFile, 'field' | 'content'> & { content: AsyncIterable<Uint8Array> },
  ): Promise<FileValue> {
    const name = cleanFilename(filename);
    const id = await queries.begin(customerId, name, cleanMimetype(mimetype));
    try {
      const hash = createHash('sha256');
      let size = 0;
      let seq = 0;
      for await (const chunk of chunked(content)) {
        hash.update(chunk);
        size += chunk.length;
        await queries.addChunk(id, seq++, chunk);
        bytesPassed(chunk.length);
      }
      const sha256 = hash.digest('hex');
      await queries.complete(id, size, sha256);
      return new FileValue({ id, filename: name, size, sha256 });
    } catch (error) {
      // what this cannot delete, the sweep does
      await queries.drop([id]).catch(() => {});
      throw error;
    }
  }

  async function link(jobId: string, elements: readonly unknown[]): Promise<void> {
    const ids = [...new Set(elements.flatMap(filesIn).map(({ file }) => file))];
    if (ids.length === 0) return;
    await queries.link(jobId, ids).catch((error: unknown) => {
      throw isStillReferenced(error)
        ? new ArgusError('conflict', 'A file of these arguments is gone: send it again.')
        : error;
    });
  }

  async function settle(
    customerId: string,
    values: readonly (string | GivenFiles)[],
  ): Promise<StoredArgument[]> {
    const kept: StoredArgument[] = [];
    for (const value of values) {
      if (typeof value === 'string') kept.push(value);
      else {
        const files: StoredFile[] = [];
        for (const file of value.files)
          files.push(storedFile(file instanceof FileValue ? file : await store(customerId, decoded(file))));
        kept.push(value.multiple ? { files } : (files[0] as StoredFile));
      }
    }
    return kept;
  }

  async function* read(id: string): AsyncGenerator<Buffer> {
    for (let seq = 0; ; seq++) {
      const chunk = await queries.chunk(id, seq);
      if (chunk === undefined) return;
      // it came as text, gathered in buffers that doubled until it fitted
      bytesPassed(4 * chunk.length);
      yield chunk;
    }
  }

  async function dataUrlOf({ file, filename, size }: StoredFile): Promise<string> {
    if (size > DATA_URL_MAX_BYTES)
      throw new ArgusError(
        'too_large',
        `${filename} is larger than the ${DATA_URL_MAX_BYTES / 1024 / 1024} MiB that a data URL may have.`,
      );
    const mimetype = await queries.mimetype(file);
    if (mimetype === undefined) throw new ArgusError('not_found', `The file ${filename} is gone.`);
    const data = Buffer.concat(await Array.fromAsync(read(file)));
    return `data:${mimetype};name=${encodeURIComponent(filename)};base64,${data.toString('base64')}`;
  }

  return {
    queries,
    link,
    read,

    async receive(upload, { customer_id, task_arguments }) {
      const stored: string[] = [];
      const takeBack = () =>
        queries.drop(stored).then(
          () => {},
          () => {},
        );
      try {
        const body = await upload.finish(async (file) => {
          assertPlace(file.field, task_arguments);
          const value = await store(customer_id, file);
          stored.push(value.id);
          return value;
        });
        return { body, takeBack };
      } catch (error) {
        await takeBack();
        throw error;
      }
    },

    settle,

    async keep(customerId, jobId, values) {
      const kept = await settle(customerId, values);
      await link(jobId, kept);
      return kept;
    },

    async asDataUrl(element) {
      if (typeof element === 'string') return element;
      const files = filesIn(element);
      if (files.reduce((sum, { size }) => sum + size, 0) > DATA_URL_MAX_BYTES)
        throw new ArgusError('too_large', 'The files of this argument are too large for data URLs.');
      const urls: string[] = [];
      for (const file of files) urls.push(await dataUrlOf(file));
      return isList(element) ? JSON.stringify(urls) : (urls[0] as string);
    },
  };
}

/** Before anything is stored: where the file goes, and that the task takes files at all. */
function assertPlace(field: string, definitions: readonly ArgumentDefinition[]): void {
  if (!/^task_arguments(\[\d{0,4}\]){0,2}$/.test(field.trim()))
    throw invalid(
      field.slice(0, 200),
      'is no place for a file: name its part task_arguments[], or task_arguments[1] for position 1',
    );
  if (!definitions.some(({ type }) => type === 'file'))
    throw invalid('task_arguments', 'takes no file: none of its arguments is one', 'invalid_arguments');
}

function decoded(url: string) {
  const { filename, mimetype, content } = decodeDataUrl(url);
  return {
    filename,
    mimetype,
    content: (async function* () {
      yield content;
    })(),
  };
}

/** The same bytes in pieces of one size, the last one apart. A piece is valid until the next one is asked for. */
async function* chunked(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  let used = 0;
  for await (const piece of content) {
    for (let at = 0; at < piece.length;) {
      const taken = Math.min(piece.length - at, CHUNK_BYTES - used);
      buffer.set(piece.subarray(at, at + taken), used);
      used += taken;
      at += taken;
      if (used === CHUNK_BYTES) {
        yield buffer;
        used = 0;
      }
    }
  }
  if (used > 0) yield buffer.subarray(0, used);
}
