import { FileValue, parseDataUrl, type RunFile } from '@argus/contract';

/** A file as a job's stored arguments name it. */
export interface StoredFile {
  /** Its id. */
  file: string;
  filename: string;
  /** Bytes. */
  size: number;
  /** Hex. */
  sha256: string;
}

/** The file of an argument, or the files of a `multiple` one. */
export type FileArgument = StoredFile | { files: StoredFile[] };

/** One position of a job's arguments in clear: text or files. */
export type StoredArgument = string | FileArgument;

/** A stored argument as a caller would give it again. */
export function givenFile(element: FileArgument): FileValue | FileValue[] {
  const files = filesIn(element).map(({ file, ...rest }) => new FileValue({ id: file, ...rest }));
  return isList(element) ? files : (files[0] as FileValue);
}

export function storedFile({ id, filename, size, sha256 }: FileValue): StoredFile {
  return { file: id, filename, size, sha256 };
}

/** The files that a stored argument names. Elements of other kinds name none. */
export function filesIn(element: unknown): StoredFile[] {
  if (typeof element !== 'object' || element === null) return [];
  if ('files' in element) return element.files as StoredFile[];
  return 'file' in element ? [element as StoredFile] : [];
}

/** What an answer shows of an argument: a text as it is, of files their names. */
export function shownArgument(element: StoredArgument): string {
  if (typeof element === 'string') return element;
  return filesIn(element)
    .map(({ filename }) => filename)
    .join(', ');
}

/** The arguments of a run instruction: texts, and files beside an empty text in their place. */
export function instructionArguments(elements: readonly StoredArgument[]): {
  args: string[];
  files: RunFile[];
} {
  const files = elements.flatMap((element, position) =>
    filesIn(element).map(({ file, filename, size, sha256 }, index) => ({
      position,
      ...(isList(element) && { index }),
      id: file,
      filename,
      size,
      sha256,
    })),
  );
  return { args: elements.map((element) => (typeof element === 'string' ? element : '')), files };
}

export function isList(element: StoredArgument): boolean {
  return typeof element === 'object' && 'files' in element;
}

/** `Content-Disposition` for saving a file: what is not ASCII is in the second name alone (RFC 5987). */
export function attachment(filename: string): string {
  const ascii = filename.replaceAll(/[^\x20-\x7e]|["\\%]/gu, '_');
  const encoded = encodeURIComponent(filename.toWellFormed()).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

const NAME_MAX = 200;

/** A file's name as it is kept: its last part, without what no terminal should get; `file` where nothing is left. */
export function cleanFilename(name: string | undefined): string {
  const last = (name ?? '').split(/[/\\]/).at(-1) ?? '';
  const printable = last
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .trim();
  const short = [...printable].slice(0, NAME_MAX).join('');
  return short === '' || short === '.' || short === '..' ? 'file' : short;
}

/** A mime type as it is kept: without parameters, and none of ours where it is not one. */
export function cleanMimetype(type: string): string {
  const essence = type.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return /^[a-z0-9!#$&^_.+-]{1,100}\/[a-z0-9!#$&^_.+-]{1,100}$/.test(essence)
    ? essence
    : 'application/octet-stream';
}

export interface DecodedFile {
  filename: string;
  mimetype: string;
  content: Uint8Array;
}

/** The file of a data URL; one without a name is called `file`. Throws on a text that is none. */
export function decodeDataUrl(text: string): DecodedFile {
  const url = parseDataUrl(text);
  if (url === undefined) throw new Error('not a data URL');
  const { mimetype, filename, isBase64, data } = url;
  return {
    filename: cleanFilename(filename),
    mimetype,
    content: isBase64 ? Buffer.from(data, 'base64') : Buffer.from(unescaped(data), 'latin1'),
  };
}

/** Bytes as characters: percent escapes of a data URL are bytes of any kind, not UTF-8. */
function unescaped(data: string): string {
  const utf8 = Buffer.from(data, 'utf8').toString('latin1');
  return utf8.replaceAll(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
