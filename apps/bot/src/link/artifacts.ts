import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { ArtifactReceived, ArtifactsOffer, ArtifactsWanted, AttemptRef } from '@argus/contract';
import {
  ARTIFACT_MAX_BYTES,
  ARTIFACT_PIECE_BYTES,
  ARTIFACTS_MAX,
  ARTIFACTS_MAX_BYTES,
  type LeftOutReason,
} from '@argus/contract/limits';
import { reasonOf, type Log } from '../log.ts';
import {
  findArtifacts,
  LeftOuts,
  NotKept,
  openArtifact,
  type ArtifactPlace,
  type FoundArtifact,
} from '../run/artifacts.ts';
import { Backoff } from './backoff.ts';
import { Refused, type Http } from './http.ts';
import { isOfContent } from './refused.ts';

/** Attempts whose files are on their way at once: each holds a piece in memory. */
const AT_ONCE = 3;
/** Of the last piece the supervisor answers when it has looked at the whole file. */
const TIMEOUT_MS = 120_000;
/** A file that is another one each time it is looked at is left out after so many looks. */
const LOOKS_MAX = 3;
/** So often a request is refused, for a reason that may pass, before it is given up: a minute or more. No job shall wait for ever. */
const REFUSALS_MAX = 12;

type Offered = ArtifactsOffer['files'][number] & FoundArtifact;

export interface Delivery {
  ref: AttemptRef;
  place: ArtifactPlace;
  /** All of it is off: nobody waits for it any more. */
  signal: AbortSignal;
  /** What is not on the way yet is to be left where it is. */
  stop: AbortSignal;
}

/** The supervisor has no use for it: the attempt is over or given up, or it does not know of artifacts. */
class NotWanted extends Error {
  override name = 'NotWanted';
}

/** Brings the files that scripts left to the supervisor. Each step of it can be done again, by another process as well. */
export class ArtifactSender {
  #http: Pick<Http, 'json'>;
  #log: Log;
  #busy = 0;
  #waiting: (() => void)[] = [];

  constructor(http: Pick<Http, 'json'>, log: Log) {
    this.#http = http;
    this.#log = log;
  }

  /**
   * Resolves when the supervisor has all that can be kept of an attempt, and knows what cannot; or when it has no use for
   * that. As often as it takes. @throws where the signal ends it
   */
  async deliver(delivery: Delivery): Promise<void> {
    await this.#turn();
    const attempt = `${delivery.ref.job}.${delivery.ref.attempt}`;
    try {
      await this.#deliver(delivery);
    } catch (error) {
      delivery.signal.throwIfAborted();
      this.#log.warn('the files that a script left are not kept', { attempt, reason: reasonOf(error) });
    } finally {
      this.#busy--;
      this.#waiting.shift()?.();
    }
  }

  async #turn(): Promise<void> {
    while (this.#busy >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy++;
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const leftOut = new Map<string, LeftOutReason>();
    for (let looks = 1; ; looks++) {
      const { files, leftOuts } = await gather(delivery, leftOut);
      const failed = await this.#send(delivery, files, leftOuts);
      if (failed.size === 0) return;
      // what changed is looked at again; all else is over with what became of it
      for (const [name, reason] of failed)
        if (reason !== 'changed' || looks >= LOOKS_MAX) leftOut.set(name, reason);
    }
  }

  /** Offers files and sends what is wanted of them. Answers what could not be sent. */
  async #send(
    delivery: Delivery,
    files: readonly Offered[],
    leftOuts: LeftOuts,
  ): Promise<Map<string, LeftOutReason>> {
    const failed = new Map<string, LeftOutReason>();
    let wanted: ArtifactsWanted['wanted'];
    try {
      ({ wanted } = await this.#offer(delivery, files, leftOuts));
    } catch (error) {
      if (!(error instanceof Refused) || files.length === 0) throw error;
      for (const { name } of files) failed.set(name, 'refused');
      return failed;
    }
    const byName = new Map(files.map((file) => [file.name, file]));
    for (const { name, id, received } of wanted) {
      const file = byName.get(name);
      if (file === undefined) throw new Error('the supervisor wants a file that was not offered');
      const reason = delivery.stop.aborted ? 'stopped' : await this.#sendFile(delivery, file, id, received);
      if (reason !== undefined) failed.set(name, reason);
    }
    return failed;
  }

  #offer(delivery: Delivery, files: readonly Offered[], leftOuts: LeftOuts): Promise<ArtifactsWanted> {
    const body: ArtifactsOffer = {
      ...delivery.ref,
      files: files.map(({ name, size, sha256 }) => ({ name, size, sha256 })),
      left_out: leftOuts.summary,
    };
    return this.#insist(delivery, { path: '/bot/artifacts', body });
  }

  /** Sends a file from where it is missing. Answers why it could not be sent; undefined where the supervisor has it. */
  async #sendFile(
    delivery: Delivery,
    { path, size }: Offered,
    id: string,
    received: number,
  ): Promise<LeftOutReason | undefined> {
    const buffer = Buffer.allocUnsafeSlow(Math.min(ARTIFACT_PIECE_BYTES, size));
    let file: FileHandle | undefined;
    try {
      ({ file } = await openArtifact(path, delivery.place));
      let offset = received;
      for (let stuck = 0; stuck < LOOKS_MAX;) {
        if (delivery.stop.aborted) return 'stopped';
        const length = await fill(file, buffer, offset, size);
        if (offset + length < size && length < buffer.length) return 'changed';
        const answer = await this.#insist<ArtifactReceived>(delivery, {
          path: `/bot/artifacts/${id}?offset=${offset}`,
          packed: [buffer.subarray(0, length)],
        });
        if (answer.complete) return undefined;
        // what came is not what had been offered
        if (answer.received === 0 && offset + length === size) return 'changed';
        stuck = answer.received > offset ? 0 : stuck + 1;
        offset = Math.min(answer.received, size);
      }
      return 'refused';
    } catch (error) {
      if (error instanceof NotKept) return error.reason;
      if (error instanceof Refused) return 'refused';
      throw error;
    } finally {
      await file?.close();
    }
  }

  /** @throws NotWanted; Refused where asking again does not help; and where the signal ends it */
  async #insist<T>(
    { ref, signal }: Delivery,
    call: { path: string; body?: object; packed?: readonly Buffer[] },
  ): Promise<T> {
    const backoff = new Backoff();
    for (let refusals = 0; ;) {
      signal.throwIfAborted();
      try {
        return await this.#http.json<T>({ method: 'POST', ...call, timeoutMs: TIMEOUT_MS, signal });
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof Refused) {
          // with the code of a supervisor: over, given up, or an older one that has no such path
          if ([404, 409].includes(error.status) && error.code !== undefined)
            throw new NotWanted(error.message);
          if (isOfContent(error) || (!mayPass(error) && ++refusals >= REFUSALS_MAX)) throw error;
        }
        if (backoff.failures === 0)
          this.#log.warn('files of a script were not delivered, the bot keeps trying', {
            attempt: `${ref.job}.${ref.attempt}`,
            reason: reasonOf(error),
          });
        await backoff.wait(error, signal);
      }
    }
  }
}

/** Whether a refusal is not of what was asked, but of the moment or of the bot: it is waited for, as events are. */
function mayPass({ status }: Refused): boolean {
  return status >= 500 || [401, 408, 425, 429].includes(status);
}

/** Reads files until it is known what can be offered: those that are within the limits, with their digests. */
async function gather(
  { place, signal }: Delivery,
  excluded: ReadonlyMap<string, LeftOutReason>,
): Promise<{ files: Offered[]; leftOuts: LeftOuts }> {
  const leftOuts = new LeftOuts();
  const files: Offered[] = [];
  let room = ARTIFACTS_MAX_BYTES;
  for (const found of await findArtifacts(place, leftOuts)) {
    signal.throwIfAborted();
    const before = excluded.get(found.name);
    if (before !== undefined) {
      leftOuts.add(found.name, before);
      continue;
    }
    try {
      const { file, size } = await openArtifact(found.path, place);
      await using open = file;
      if (size > ARTIFACT_MAX_BYTES) throw new NotKept('too_large');
      if (files.length >= ARTIFACTS_MAX || size > room) throw new NotKept('too_many');
      files.push({ ...found, ...(await digestOf(open, size, signal)) });
      room -= size;
    } catch (error) {
      signal.throwIfAborted();
      leftOuts.add(found.name, error instanceof NotKept ? error.reason : 'unreadable');
    }
  }
  return { files, leftOuts };
}

/** The digest of the first `size` bytes, and how many there were. */
async function digestOf(
  file: FileHandle,
  size: number,
  signal: AbortSignal,
): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafeSlow(Math.min(ARTIFACT_PIECE_BYTES, size));
  let at = 0;
  while (at < size) {
    signal.throwIfAborted();
    const length = await fill(file, buffer, at, size);
    if (length === 0) break;
    hash.update(buffer.subarray(0, length));
    at += length;
  }
  return { size: at, sha256: hash.digest('hex') };
}

/** Reads from an offset until the buffer is full, or `end` or the end of the file is reached. Answers how much that was. */
async function fill(file: FileHandle, buffer: Buffer, offset: number, end: number): Promise<number> {
  const wanted = Math.min(buffer.length, end - offset);
  let length = 0;
  while (length < wanted) {
    const { bytesRead } = await file.read(buffer, length, wanted - length, offset + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}
