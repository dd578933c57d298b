import { createHash } from 'node:crypto';
import { invalid, SCRIPT_FILENAME, SCRIPT_FILENAME_MAX } from '@argus/contract';
import { sha256Hex } from '../../../platform/crypto.ts';
import { fileFromData } from '../../scripts/index.ts';
import type { Notes } from './notes.ts';
import { cut, isFields } from './values.ts';

export interface AdaptedScript {
  filename: string;
  description: string;
  data: Buffer;
}

const DESCRIPTION_MAX = 10_000;

/**
 * The script of a recipe, its bytes exactly as they were. Undefined, noted as missing, where the recipe holds none.
 * Throws `invalid_input` for data that is neither base64 nor a data URL: half a script is worse than none.
 */
export function adaptScript(
  raw: unknown,
  own: boolean,
  field: string,
  notes: Notes,
): AdaptedScript | undefined {
  if (!isFields(raw)) {
    notes.missing('the recipe holds no file: choose the script that the task runs');
    return undefined;
  }
  const filename = filenameOf(raw['filename'], notes.at('filename'));
  const { data: given } = raw;
  // an export whose storage failed says "ERROR: …" in place of the file
  const without = typeof given !== 'string' || given.startsWith('ERROR:') || (!own && given === '');
  if (without) {
    notes
      .at('data')
      .missing(`the recipe holds no content of ${filename}: choose the script that the task runs`);
    return undefined;
  }
  const data = bytesOf(given, `${field}.data`, notes.at('data'));
  const digests = { md5: () => createHash('md5').update(data).digest('hex'), sha256: () => sha256Hex(data) };
  for (const name of ['md5', 'sha256'] as const) {
    const claimed = raw[name];
    if (typeof claimed === 'string' && claimed !== '' && claimed.toLowerCase() !== digests[name]())
      notes.at(name).adapted('is not that of the content: the file was changed after the export, or cut');
  }
  const description = typeof raw['description'] === 'string' ? raw['description'] : '';
  return { filename, description: cut(description, DESCRIPTION_MAX, notes.at('description')), data };
}

function bytesOf(text: string, field: string, notes: Notes): Buffer {
  const plain = /^data:[^,]*,/i.exec(text)?.[0];
  if (plain !== undefined && !/;base64,$/i.test(plain)) {
    notes.adapted('was a data URL without base64');
    try {
      return Buffer.from(decodeURIComponent(text.slice(plain.length)), 'utf8');
    } catch {
      throw invalid(field, 'is a data URL that cannot be read');
    }
  }
  try {
    return fileFromData(text);
  } catch {
    throw invalid(field, 'must be base64 or a data URL');
  }
}

/** A name that a file of a bot may have. */
function filenameOf(raw: unknown, notes: Notes): string {
  const given = typeof raw === 'string' ? raw : '';
  const name = given
    .replace(/^.*[/\\]/, '')
    .replaceAll(/[^0-9A-Za-z_.-]+/g, '_')
    .replace(/^-+/, '_')
    .slice(-SCRIPT_FILENAME_MAX);
  const usable = SCRIPT_FILENAME.test(name) ? name : 'script';
  if (usable !== given) notes.adapted(`was "${given.slice(0, 200)}", is "${usable}"`);
  return usable;
}
