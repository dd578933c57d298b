import { createHash } from 'node:crypto';
import {
  ArgusError,
  invalid,
  type Artifact,
  type ArtifactReceived,
  type ArtifactsOffer,
  type ArtifactsWanted,
} from '@argus/contract';
import type { Database } from '../../platform/database.ts';
import { bytesPassed } from '../../platform/heap.ts';
import { artifactQueries, type ArtifactQueries, type StoredArtifact } from './artifact-queries.ts';
import { assertOffer } from './artifact-rules.ts';
import type { Files } from './store.ts';

/** The files that scripts leave. */
export interface Artifacts {
  queries: ArtifactQueries;
  /** Takes what a bot offers of an attempt. Throws `conflict` where it does not hold the attempt (any more). */
  offer(hostId: string, offer: ArtifactsOffer): Promise<ArtifactsWanted>;
  /**
   * Takes a piece. What is not the next one changes nothing: the answer says which that is. Throws `not_found` where
   * the bot does not send this file (any more).
   */
  receive(hostId: string, id: string, offset: number, data: Buffer): Promise<ArtifactReceived>;
}

export function createArtifacts(db: Database, files: Pick<Files, 'queries' | 'read'>): Artifacts {
  const queries = artifactQueries(db);

  async function digestOf(id: string): Promise<string> {
    const hash = createHash('sha256');
    for await (const chunk of files.read(id)) hash.update(chunk);
    return hash.digest('hex');
  }

  return {
    queries,

    async offer(hostId, offer) {
      assertOffer(offer);
      const missing = await queries.offer(hostId, offer);
      if (missing === undefined) throw new ArgusError('conflict', 'This bot holds no such attempt any more.');
      return { wanted: missing.map(({ name, file_id, received }) => ({ name, id: file_id, received })) };
    },

    async receive(hostId, id, offset, data) {
      const kept = await queries.addPiece(hostId, id, offset, data);
      if (kept === undefined) {
        const progress = await queries.progress(hostId, id);
        if (progress === undefined) throw new ArgusError('not_found', 'This bot sends no such file.');
        if (progress.received === offset && !progress.complete)
          throw invalid('body', 'is no piece of this file: too long, or too short');
        return progress;
      }
      bytesPassed(data.length);
      const { received, size, sha256 } = kept;
      if (received < size) return { received, complete: false };
      // what is here is looked at, whatever came of its pieces on their way and who put them together
      if ((await digestOf(id)) !== sha256) {
        await queries.reset(id);
        return { received: 0, complete: false };
      }
      await files.queries.complete(id, size, sha256);
      return { received, complete: true };
    },
  };
}

export function artifactView({
  file,
  attempt,
  name,
  size,
  mimetype,
  sha256,
  created_at,
}: StoredArtifact): Artifact {
  return {
    id: file,
    attempt,
    name,
    size,
    type: mimetype,
    sha256,
    creation_date: created_at.toISOString(),
  };
}
