import type * as contract from '@argus/contract';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * What the bot takes of the contract at run time, beside its types.
 *
 * The contract's index loads its schemas, and with them 18 MB that a bot would carry for nothing: it reads what its own
 * supervisor says. The two pure modules are loaded from beside the index, and the numbers stand here once more;
 * `contract.test.ts` holds them equal.
 */
type Contract = typeof contract;

const folder = dirname(createRequire(import.meta.url).resolve('@argus/contract'));
const load = async <K extends keyof Contract>(file: string): Promise<Pick<Contract, K>> =>
  (await import(/* @vite-ignore */ pathToFileURL(join(folder, file)).href)) as Pick<Contract, K>;

export const { commandOf } = await load<'commandOf'>('run-as.ts');
export const { looksLikeResult } = await load<'looksLikeResult'>('result.ts');

export const PROTOCOL_VERSION = 1;
/** Bytes of one log chunk before compression. */
export const LOG_CHUNK_MAX_BYTES = 256 * 1024;
/** Bytes of a result, by file or last line. */
export const RESULT_MAX_BYTES = 1024 * 1024;
