import { createHash } from 'node:crypto';
import { ArgusError, ARTIFACTS_MAX_BYTES, invalid, type ArtifactsOffer } from '@argus/contract';

/** Mime types by the ends of names: of what scripts leave most. */
const TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  gif: 'image/gif',
  gz: 'application/gzip',
  htm: 'text/html',
  html: 'text/html',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'application/json',
  log: 'text/plain',
  md: 'text/markdown',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  tar: 'application/x-tar',
  tsv: 'text/tab-separated-values',
  txt: 'text/plain',
  webp: 'image/webp',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  xml: 'application/xml',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  zip: 'application/zip',
};

/** The mime type that a file's name tells. */
export function typeOfName(name: string): string {
  const end = /\.([^./]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  return (Object.hasOwn(TYPES, end) && TYPES[end]) || 'application/octet-stream';
}

const EMPTY_SHA256 = createHash('sha256').digest('hex');

/** What the schema of an offer does not say. @throws ArgusError `invalid_input` or `too_large` */
export function assertOffer({ files }: Pick<ArtifactsOffer, 'files'>): void {
  if (new Set(files.map(({ name }) => name)).size < files.length)
    throw invalid('files', 'names a file more than once');
  if (files.some(({ size, sha256 }) => size === 0 && sha256 !== EMPTY_SHA256))
    throw invalid('files', 'has an empty file with the SHA-256 of another');
  if (files.reduce((sum, { size }) => sum + size, 0) > ARTIFACTS_MAX_BYTES)
    throw new ArgusError('too_large', 'The artifacts of an attempt may have 1 GiB together.');
}
