import { ArgusError } from '@argus/contract';
import type { FastifyRequest } from 'fastify';
import { parseForm } from './body.ts';

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

/** Reads a multipart body: its fields as a form would give them (`a[]` is a list), its files aside. */
export async function readMultipart(request: FastifyRequest): Promise<Record<string, unknown>> {
  const fields = new URLSearchParams();
  const files = new Map<string, UploadedFile>();
  try {
    for await (const part of request.parts()) {
      if (part.type === 'file')
        files.set(part.fieldname, { filename: part.filename, data: await part.toBuffer() });
      else fields.append(part.fieldname, String(part.value));
    }
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 413) throw new ArgusError('too_large');
    throw new ArgusError('invalid_input', 'The multipart body cannot be read.');
  }
  filesOf.set(request, files);
  return parseForm(fields.toString(), { trim: true });
}
