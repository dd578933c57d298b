import { ArgusError, invalid, SCRIPT_FILENAME, SCRIPT_FILENAME_MAX, SCRIPT_MAX_BYTES } from '@argus/contract';
import { sha256Hex } from '../../platform/crypto.ts';
import type { UploadedFile } from '../../platform/http/multipart.ts';
import type { Content } from './queries.ts';

/**
 * The bytes of a script, from text (`content`), base64 or data URL (`data`) or an uploaded file; undefined where
 * none is given. Bytes are kept exactly as they come.
 */
export function contentOf(
  body: { content?: string; data?: string },
  file: UploadedFile | undefined,
  filename: string,
): Content | undefined {
  const given = [body.content, body.data, file].filter((value) => value !== undefined);
  if (given.length === 0) return undefined;
  if (given.length > 1) throw invalid('content', 'send one of content, data and file');
  const data =
    file?.data ??
    (body.content === undefined ? fileFromData(body.data as string) : Buffer.from(body.content, 'utf8'));
  return contentFrom(filename, data);
}

/** A script's file. Throws `too_large` above 16 MiB. */
export function contentFrom(filename: string, data: Buffer): Content {
  if (data.length > SCRIPT_MAX_BYTES)
    throw new ArgusError('too_large', `A script has at most ${SCRIPT_MAX_BYTES} bytes.`);
  return { filename, sha256: sha256Hex(data), data };
}

/** Base64 with or without a data URL around it. Anything that is not base64 is refused, not guessed at. */
export function fileFromData(data: string): Buffer {
  const base64 = data.replace(/^data:[^,]*;base64,/i, '').replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 === 1)
    throw invalid('data', 'must be base64 or a base64 data URL');
  return Buffer.from(base64, 'base64');
}

/** A file name from an upload, without its path. Throws when it is not one of ours. */
export function uploadName(filename: string): string {
  const name = filename.replace(/^.*[/\\]/, '');
  if (!SCRIPT_FILENAME.test(name) || name.length > SCRIPT_FILENAME_MAX)
    throw invalid('filename', 'begins with a letter, digit, dot or underscore and has only those and dashes');
  return name;
}
