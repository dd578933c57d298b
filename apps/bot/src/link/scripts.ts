import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunInstruction } from '@argus/contract';
import type { Http } from './http.ts';
import { Backoff } from './backoff.ts';
import { Refused } from './http.ts';

const TIMEOUT_MS = 60_000;

/** A script that cannot be had, however often one asks. */
export class ScriptMissing extends Error {
  override name = 'ScriptMissing';
}

/** How exactly the time of a file says when its script was used last: enough to know which are in use at all. */
const USED_EVERY_MS = 600_000;

/** Scripts by their SHA-256: what is stored under a digest was verified against it. */
export class ScriptCache {
  #used = new Map<string, number>();
  #directory: string;
  #http: Http;

  constructor(directory: string, http: Http) {
    this.#directory = directory;
    this.#http = http;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  /** The file of a script, where it is here. */
  cached(sha256: string): string | undefined {
    const file = join(this.#directory, sha256);
    const now = Date.now();
    if (now - (this.#used.get(sha256) ?? 0) < USED_EVERY_MS) return existsSync(file) ? file : undefined;
    try {
      utimesSync(file, now / 1000, now / 1000);
    } catch {
      return existsSync(file) ? file : undefined;
    }
    this.#used.set(sha256, now);
    return file;
  }

  /** Fetches a script as often as it takes. @throws ScriptMissing where asking again does not help */
  async fetch({ sha256, size, filename }: RunInstruction['script'], signal: AbortSignal): Promise<string> {
    const backoff = new Backoff();
    for (;;) {
      signal.throwIfAborted();
      try {
        const bytes = await this.#http.bytes({
          method: 'GET',
          path: `/bot/scripts/${sha256}`,
          timeoutMs: TIMEOUT_MS,
          signal,
          maxBytes: size + 1,
        });
        return this.#store(sha256, filename, bytes);
      } catch (error) {
        if (error instanceof ScriptMissing) throw error;
        if (error instanceof Refused && [403, 404, 410].includes(error.status))
          throw new ScriptMissing(`the script ${filename} could not be fetched (${error.message})`);
        await backoff.wait(error, signal);
      }
    }
  }

  #store(sha256: string, filename: string, bytes: Buffer): string {
    const digest = createHash('sha256').update(bytes).digest('hex');
    if (digest !== sha256)
      throw new ScriptMissing(`the script ${filename} arrived damaged: its SHA-256 is ${digest}`);
    const file = join(this.#directory, sha256);
    try {
      // 0755 is for the links that scripts see; this directory itself is closed to them
      writeFileSync(`${file}.new`, bytes, { flush: true });
      chmodSync(`${file}.new`, 0o755);
      renameSync(`${file}.new`, file);
    } catch (error) {
      rmSync(`${file}.new`, { force: true });
      throw error;
    }
    return file;
  }
}
