import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ArgusError, invalid } from '@argus/contract';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import type { FastifyRequest } from 'fastify';
import { bytesPassed } from '../heap.ts';
import { parseForm } from './body.ts';

/** All files of one request together, bytes. */
export const UPLOAD_MAX_BYTES = 64 * 1024 * 1024;
/** A file that is read into memory whole, bytes. */
export const BUFFERED_MAX_BYTES = 16 * 1024 * 1024;
/** All fields of one request together, bytes: what a form of another type may have. */
const FIELDS_MAX_BYTES = 2 * 1024 * 1024;
const FILES_MAX = 20;
const FIELDS_MAX = 1000;
/** Read after an answer that came too early, so that its sender gets to it; whoever sends on is cut off. */
const DRAIN_MAX_BYTES = 2 * UPLOAD_MAX_BYTES;
/** What decides whether the files are taken cannot come after them. */
const BEFORE_FILES: readonly string[] = ['access_token', 'customer', 'task'];

/** A file of a multipart body as it comes. */
export interface IncomingFile {
  /** The name of its part. */
  field: string;
  /** As sent; empty where it was not. */
  filename: string;
  mimetype: string;
  /** Must be read to its end. */
  content: AsyncIterable<Buffer>;
}

/** A multipart body whose fields before its first file are known; the rest waits on the wire. */
export interface Upload {
  fields: Record<string, unknown>;
  /** False where the fields are all of it. */
  hasFiles: boolean;
  /**
   * Reads the rest, file by file. Answers the whole body as a form gives it, with what `save` made of each file in
   * its place, and an empty text for a file input that was left empty. Throws `too_large`, or `invalid_input` for
   * what cannot be read, a broken connection among it.
   */
  finish(save: (file: IncomingFile) => Promise<object>): Promise<Record<string, unknown>>;
  /** Reads what is left for nothing, so that the sender gets the answer. Nothing where all was read. */
  discard(): void;
}

export function isMultipart({ headers, method }: FastifyRequest): boolean {
  return method !== 'GET' && /^multipart\/form-data/i.test(headers['content-type'] ?? '');
}

type Part =
  | { type: 'field'; name: string; value: string }
  | { type: 'file'; name: string; filename: string; mimetype: string; stream: BusboyFileStream };

/** Begins to read a multipart body, up to its first file or its end. Nothing of a file is read by it. */
export async function openUpload(
  request: FastifyRequest,
  maxFileBytes: number = UPLOAD_MAX_BYTES,
): Promise<Upload> {
  const tooLarge = () =>
    new ArgusError('too_large', `Files may have ${maxFileBytes / 1024 / 1024} MiB together.`);
  if (Number(request.headers['content-length']) > maxFileBytes + FIELDS_MAX_BYTES) {
    drain(request.raw);
    throw tooLarge();
  }
  const reader = readParts(request, maxFileBytes, tooLarge);
  const entries: [name: string, value: string][] = [];
  const first = await readFields(reader, entries);
  let fields: Record<string, unknown>;
  try {
    fields = formOf(entries);
  } catch (error) {
    reader.stop();
    throw error;
  }
  return {
    hasFiles: first !== undefined,
    fields,
    discard: () => reader.stop(),
    async finish(save) {
      const saved = new Map<string, object>();
      // stands in the form where a file belongs; nobody can guess it
      const mark = randomUUID();
      let fileBytes = 0;
      const counted = async function* (content: AsyncIterable<Buffer>) {
        for await (const piece of content) {
          fileBytes += piece.length;
          if (fileBytes > maxFileBytes) throw tooLarge();
          yield piece;
        }
        reader.assertWhole();
      };
      try {
        let before = entries.length;
        for (let part = first; part !== undefined; part = await readFields(reader, entries)) {
          assertEarly(entries.slice(before));
          const { name, stream, filename, mimetype } = part;
          const content = await orNothing(counted(stream));
          // what a browser sends for a file input that was left empty
          const isLeftOut = content === undefined && filename === '';
          const key = `${mark}.${saved.size}`;
          if (!isLeftOut)
            saved.set(key, await save({ field: name, filename, mimetype, content: content ?? nothing() }));
          entries.push([name, isLeftOut ? '' : key]);
          before = entries.length;
        }
        assertEarly(entries.slice(before));
      } catch (error) {
        reader.stop();
        // a stream that breaks off says less about it than the reader does
        throw error instanceof ArgusError ? error : (reader.failure() ?? error);
      }
      return withFiles(formOf(entries), saved) as Record<string, unknown>;
    },
  };
}

function formOf(entries: [string, string][]): Record<string, unknown> {
  return parseForm(new URLSearchParams(entries).toString(), { trim: true });
}

function assertEarly(late: readonly [name: string, value: string][]): void {
  const found = late.find(([name]) => BEFORE_FILES.includes(name.trim()));
  if (found) throw invalid(found[0].trim(), 'must come before the files: put this field first');
}

/** Reads fields up to the next file; undefined at the end. */
async function readFields(
  reader: ReturnType<typeof readParts>,
  entries: [name: string, value: string][],
): Promise<Extract<Part, { type: 'file' }> | undefined> {
  for (;;) {
    const part = await reader.next();
    if (part?.type !== 'field') return part;
    entries.push([part.name, part.value]);
  }
}

/** The same content; undefined where there is none. */
async function orNothing(content: AsyncGenerator<Buffer>): Promise<AsyncIterable<Buffer> | undefined> {
  const { value, done } = await content.next();
  if (done === true) return undefined;
  return (async function* () {
    yield value;
    yield* content;
  })();
}

async function* nothing(): AsyncGenerator<Buffer> {
  // no pieces
}

function withFiles(value: unknown, saved: ReadonlyMap<string, object>): unknown {
  if (typeof value === 'string') return saved.get(value) ?? value;
  if (typeof value !== 'object' || value === null) return value;
  const holder = value as Record<string, unknown>;
  // in place: a list with gaps keeps them
  for (const key of Object.keys(holder)) holder[key] = withFiles(holder[key], saved);
  return holder;
}

/** Takes a multipart body apart, no faster than its parts are asked for. */
function readParts(request: FastifyRequest, maxFileBytes: number, tooLarge: () => ArgusError) {
  const { raw } = request;
  const parts: Part[] = [];
  let waiting: { resolve(part: Part | undefined): void; reject(error: Error): void } | undefined;
  let failed: Error | undefined;
  let isDone = false;
  let isStopped = false;
  let fieldBytes = 0;
  let file: BusboyFileStream | undefined;

  const settle = (): void => {
    if (!waiting) return;
    if (failed) waiting.reject(failed);
    else if (parts.length > 0) waiting.resolve(parts.shift());
    else if (isDone) waiting.resolve(undefined);
    else return;
    waiting = undefined;
  };
  const put = (part: Part): void => {
    parts.push(part);
    settle();
  };
  const stop = (): void => {
    if (isStopped || isDone) return;
    isStopped = true;
    raw.unpipe();
    drain(raw);
  };
  const fail = (error: Error): void => {
    if (failed || isDone) return;
    failed = error;
    stop();
    file?.destroy(error);
    settle();
  };
  const unreadable = () => new ArgusError('invalid_input', 'The multipart body cannot be read.');

  let busboy: InstanceType<typeof Busboy>;
  try {
    busboy = new Busboy({
      headers: request.headers as { 'content-type': string },
      limits: {
        fieldNameSize: 200,
        fieldSize: FIELDS_MAX_BYTES,
        fields: FIELDS_MAX,
        fileSize: maxFileBytes,
        files: FILES_MAX,
        headerPairs: 20,
        headerSize: 16 * 1024,
      },
    });
  } catch {
    drain(raw);
    throw unreadable();
  }
  busboy.on('field', (name: string | undefined, value: string, _nameCut: boolean, valueCut: boolean) => {
    fieldBytes += Buffer.byteLength(value) + Buffer.byteLength(name ?? '');
    if (name === undefined) fail(invalid('body', 'a part has no name'));
    else if (valueCut || fieldBytes > FIELDS_MAX_BYTES) fail(new ArgusError('too_large'));
    else put({ type: 'field', name, value });
  });
  busboy.on(
    'file',
    (
      name: string | undefined,
      stream: BusboyFileStream,
      filename: string | undefined,
      _coding: string,
      mimetype: string,
    ) => {
      file = stream;
      // listened to from the start: without it, an error before anybody reads would end the process
      stream.on('error', () => fail(unreadable()));
      stream.on('limit', () => fail(tooLarge()));
      if (name === undefined) fail(invalid('body', 'a part has no name'));
      else put({ type: 'file', name, filename: filename ?? '', mimetype, stream });
    },
  );
  busboy.on('filesLimit', () => fail(new ArgusError('too_large', `A request takes ${FILES_MAX} files.`)));
  busboy.on('fieldsLimit', () => fail(new ArgusError('too_large', `A form takes ${FIELDS_MAX} fields.`)));
  busboy.on('error', () => fail(unreadable()));
  busboy.on('finish', () => {
    if (failed) return;
    isDone = true;
    settle();
  });
  let bytes = 0;
  raw.on('data', (piece: Buffer) => {
    bytes += piece.length;
    if (bytes > maxFileBytes + FIELDS_MAX_BYTES) fail(tooLarge());
  });
  raw.on('error', () => fail(unreadable()));
  raw.on('close', () => {
    if (!raw.complete) fail(unreadable());
  });
  raw.pipe(busboy);

  return {
    next: () =>
      new Promise<Part | undefined>((resolve, reject) => {
        waiting = { resolve, reject };
        settle();
      }),
    stop,
    failure: () => failed,
    /** A part that was cut short can end like a whole one. */
    assertWhole() {
      if (failed) throw failed;
    },
  };
}

/** Reads and forgets the rest of a body: closing while a client still sends would cost it the answer. */
function drain(raw: IncomingMessage): void {
  let left = DRAIN_MAX_BYTES;
  raw.on('data', (piece: Buffer) => {
    left -= piece.length;
    if (left < 0) raw.destroy();
  });
  raw.on('error', () => {});
  raw.resume();
}

/** A file of a multipart body, as the value of its field. */
export interface UploadedFile {
  filename: string;
  data: Buffer;
}

/** Uploaded files of a request, by field name; set by `readMultipart`. */
const filesOf = new WeakMap<FastifyRequest, Map<string, UploadedFile>>();

export function uploadedFile(request: FastifyRequest, field: string): UploadedFile | undefined {
  return filesOf.get(request)?.get(field);
}

/** Reads a multipart body into memory: its fields as a form would give them (`a[]` is a list), its files aside. */
export async function readMultipart(request: FastifyRequest): Promise<Record<string, unknown>> {
  const upload = await openUpload(request, BUFFERED_MAX_BYTES);
  const files = new Map<string, UploadedFile>();
  // one place for all files: pieces beside the whole would be twice the memory
  const length = Number(request.headers['content-length'] ?? BUFFERED_MAX_BYTES);
  const whole = Buffer.allocUnsafeSlow(Math.min(length, BUFFERED_MAX_BYTES));
  let end = 0;
  const body = await upload.finish(async ({ field, filename, content }) => {
    const begin = end;
    for await (const piece of content) {
      end += piece.copy(whole, end);
      bytesPassed(piece.length);
    }
    const file = { filename, data: whole.subarray(begin, end) };
    files.set(field, file);
    return file;
  });
  for (const field of files.keys()) delete body[field];
  filesOf.set(request, files);
  return body;
}
