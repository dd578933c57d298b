/**
 * A file that was uploaded and is stored, in the place of an argument's value. The server alone makes these, so no
 * JSON of a caller can pass for one.
 */
export class FileValue {
  readonly id: string;
  readonly filename: string;
  /** Bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;

  constructor({ id, filename, size, sha256 }: Pick<FileValue, 'id' | 'filename' | 'size' | 'sha256'>) {
    this.id = id;
    this.filename = filename;
    this.size = size;
    this.sha256 = sha256;
  }
}

/** A file that a job, or a run of a workflow, was started with, to be given again. */
export interface JobFile {
  /** Ids; of a run in the place of the job. */
  job: string;
  file: string;
}

/** `job-file:<job or run>/<file>`: such a file in the place of an argument's value. */
export function jobFileText({ job, file }: JobFile): string {
  return `job-file:${job}/${file}`;
}

/** Reads `job-file:<job>/<file>`; undefined for any other value. */
export function parseJobFile(value: unknown): JobFile | undefined {
  const [, job, file] =
    (typeof value === 'string' && /^job-file:([0-9a-f]{24})\/([0-9a-f]{24})$/.exec(value)) || [];
  return job !== undefined && file !== undefined ? { job, file } : undefined;
}

export interface DataUrl {
  mimetype: string;
  /** From the parameter `name`; undefined where it has none. */
  filename: string | undefined;
  isBase64: boolean;
  /** Base64, or text with percent escapes. */
  data: string;
}

const TYPE = /^[A-Za-z0-9!#$&^_.+-]{1,100}\/[A-Za-z0-9!#$&^_.+-]{1,100}$/;

/** Reads `data:<mime type>;name=<file name>;base64,<data>`; undefined where the text is none, or its data is broken. */
export function parseDataUrl(text: string): DataUrl | undefined {
  const comma = text.indexOf(',');
  if (comma < 0 || !/^data:/i.test(text)) return undefined;
  const [type = '', ...parameters] = text.slice('data:'.length, comma).split(';');
  if (type !== '' && !TYPE.test(type)) return undefined;
  const isBase64 = parameters.at(-1)?.trim().toLowerCase() === 'base64';
  const data = text.slice(comma + 1);
  try {
    const name = parameters.find((parameter) => /^\s*name=/i.test(parameter))?.split(/=(.*)/s, 2)[1];
    const filename = name === undefined ? undefined : decodeURIComponent(name.replace(/^"(.*)"$/, '$1'));
    if (!isBase64) decodeURIComponent(data);
    else if (!isBase64Text(data)) return undefined;
    return { mimetype: type === '' ? 'text/plain' : type.toLowerCase(), filename, isBase64, data };
  } catch {
    // a percent sign that escapes nothing
    return undefined;
  }
}

/** Line breaks are what `base64` writes; a space is most likely a plus that a form has eaten. */
function isBase64Text(data: string): boolean {
  if (!/^[A-Za-z0-9+/_\r\n-]*={0,2}[\r\n]*$/.test(data)) return false;
  return data.replaceAll(/[=\r\n]/g, '').length % 4 !== 1;
}
