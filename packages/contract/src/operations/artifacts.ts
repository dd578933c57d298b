import { Type } from 'typebox';
import { ArtifactReceived, ArtifactsOffer, ArtifactsWanted } from '../bot-artifacts.ts';
import { ARTIFACT_MAX_BYTES, ARTIFACT_PIECE_BYTES } from '../limits.ts';
import { operation, type Operation } from '../operation.ts';
import * as R from '../resources/index.ts';
import { Closed, Id } from '../schema.ts';
import { id } from './shared.ts';

/** The files that scripts leave behind. */
export const artifactsOperations = {
  listArtifacts: operation({
    method: 'GET',
    path: '/job/{id}/artifact',
    permission: 'viewer',
    tag: 'jobs',
    summary: 'The files that the script left in `ARGUS_ARTIFACTS_DIR`',
    description: 'Of all attempts, the first one first. An ended job has all of them.',
    params: id,
    query: Closed({
      attempt: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1, description: 'Only those of this attempt.' }),
      ),
    }),
    response: Type.Array(R.Artifact),
  }),
  getArtifact: operation({
    method: 'GET',
    path: '/job/{id}/artifact/{artifact}',
    permission: 'viewer',
    tag: 'jobs',
    summary: 'One of these files, to save',
    params: Closed({ id: Id, artifact: Id }),
    produces: 'application/octet-stream',
  }),

  // ── what bots call ──
  offerArtifacts: operation({
    method: 'POST',
    path: '/bot/artifacts',
    permission: 'bot',
    scope: 'global',
    tag: 'bot protocol',
    summary: 'What a script left, before its end is told; answers what of it is wanted',
    body: ArtifactsOffer,
    // a thousand long names, each letter of them escaped
    maxBodyBytes: 4 * 1024 * 1024,
    response: ArtifactsWanted,
    errors: ['conflict', 'too_large'],
  }),
  sendArtifact: operation({
    method: 'POST',
    path: '/bot/artifacts/{id}',
    permission: 'bot',
    scope: 'global',
    tag: 'bot protocol',
    summary: 'A piece of a file that is wanted, as its bytes',
    params: id,
    query: Closed({
      offset: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: ARTIFACT_MAX_BYTES,
          description: 'Where it belongs; 0 if left out.',
        }),
      ),
    }),
    accepts: 'anything',
    body: Type.Unsafe<unknown>({ description: 'The bytes: 1 MiB, of the last piece what is left.' }),
    maxBodyBytes: ARTIFACT_PIECE_BYTES,
    response: ArtifactReceived,
  }),
} as const satisfies Record<string, Operation>;
