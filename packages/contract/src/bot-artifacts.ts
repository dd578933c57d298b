import { Type, type Static } from 'typebox';
import { AttemptRef } from './bot-protocol.ts';
import {
  ARTIFACT_MAX_BYTES,
  ARTIFACT_NAME_MAX,
  ARTIFACTS_MAX,
  LEFT_OUT_NAMED_MAX,
  LEFT_OUT_REASONS,
} from './limits.ts';
import { Closed, Id, OneOf, OrNull } from './schema.ts';

/**
 * How the files that a script left go from a bot to its supervisor, before the end of their attempt is told. The bot
 * offers all of them, and sends those that the answer wants, piece by piece. Both may be done again at any time, by
 * another process too: what is there is not wanted again. 409 to an offer, or 404 to a piece, says that the attempt is over
 * or was given up, and that nothing of it is kept any more.
 */

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

/** A path below the directory of artifacts: no part of it is empty, `.` or `..`. */
export const ArtifactName = Type.String({
  minLength: 1,
  maxLength: ARTIFACT_NAME_MAX,
  pattern: '^(?!\\.{0,2}(/|$))([^/]+/(?!\\.{0,2}(/|$)))*[^/]+$',
});

/** What a script left that is not kept: how much in all, and some of it by name. */
export const LeftOut = Closed({
  count: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  files: Type.Array(
    Closed({ name: Type.String({ maxLength: ARTIFACT_NAME_MAX }), reason: OneOf(LEFT_OUT_REASONS) }),
    { maxItems: LEFT_OUT_NAMED_MAX },
  ),
});
export type LeftOut = Static<typeof LeftOut>;

/** All artifacts of an attempt: what was offered before and is not here is no artifact any more. */
export const ArtifactsOffer = Closed({
  ...AttemptRef.properties,
  files: Type.Array(
    Closed({
      name: ArtifactName,
      size: Type.Integer({ minimum: 0, maximum: ARTIFACT_MAX_BYTES }),
      sha256: Sha256,
    }),
    { maxItems: ARTIFACTS_MAX },
  ),
  left_out: OrNull(LeftOut),
});
export type ArtifactsOffer = Static<typeof ArtifactsOffer>;

export const ArtifactsWanted = Closed({
  wanted: Type.Array(
    Closed({
      name: ArtifactName,
      id: Id,
      /** Bytes of it that are here already. */
      received: Type.Integer({ minimum: 0 }),
    }),
  ),
});
export type ArtifactsWanted = Static<typeof ArtifactsWanted>;

/**
 * The answer to a piece: how many bytes of the artifact are here, from where its sender goes on; whether it is whole. It
 * begins at 0 again where what came was not what had been offered.
 */
export const ArtifactReceived = Closed({
  received: Type.Integer({ minimum: 0 }),
  complete: Type.Boolean(),
});
export type ArtifactReceived = Static<typeof ArtifactReceived>;
