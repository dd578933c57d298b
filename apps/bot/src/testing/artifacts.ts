import { createHash, randomBytes } from 'node:crypto';
import type { ArtifactReceived, ArtifactsOffer, ArtifactsWanted } from '@argus/contract';

interface Kept {
  id: string;
  size: number;
  sha256: string;
  pieces: Buffer[];
}

/** What is answered: a status with a body, or a connection that is cut. */
export type ArtifactAnswer = { status: number; body: object } | 'cut';

/** The supervisor's side of artifacts, kept in memory, with the faults that a test asks for. */
export class TestArtifacts {
  /** False: as a supervisor of the version before, which has no such route. */
  isKnown = true;
  /** False: the bot holds no attempt any more. */
  isHeld = true;
  /** Of so many pieces the answers are cut off after they were kept. */
  loseAnswers = 0;
  /** Answers to pieces wait. */
  isStuck = false;
  /** The status of every answer, as a proxy gives it that lets none through. */
  refusesWith: number | undefined;
  offers: ArtifactsOffer[] = [];
  pieces = 0;
  #waiting: (() => void)[] = [];
  #kept = new Map<string, Map<string, Kept>>();

  /** What is whole of the last offer of a job, by name. */
  of(job: string): Record<string, Buffer> {
    const files = [...(this.#kept.get(job) ?? [])].filter(([, one]) => isWhole(one));
    return Object.fromEntries(files.map(([name, { pieces }]) => [name, Buffer.concat(pieces)]));
  }

  leftOut(job: string): ArtifactsOffer['left_out'] {
    return this.offers.findLast((one) => one.job === job)?.left_out ?? null;
  }

  /** Lets the answers go that waited. */
  goOn(): void {
    this.isStuck = false;
    for (const give of this.#waiting.splice(0)) give();
  }

  /** Answers a request, now or later. */
  take(url: string, body: Buffer, give: (answer: ArtifactAnswer) => void): void {
    const isPiece = url.startsWith('/bot/artifacts/');
    if (isPiece) this.pieces++;
    if (isPiece && this.isStuck) this.#waiting.push(() => give(this.#answer(url, body)));
    else give(this.#answer(url, body));
  }

  #answer(url: string, body: Buffer): ArtifactAnswer {
    if (!this.isKnown) return { status: 404, body: { code: 'not_found', message: 'There is no such path.' } };
    if (this.refusesWith !== undefined) return { status: this.refusesWith, body: { message: 'no' } };
    const [, id, offset = '0'] = /^\/bot\/artifacts(?:\/([0-9a-f]+))?(?:\?offset=(\d+))?$/.exec(url) ?? [];
    if (!this.isHeld) return { status: 409, body: { code: 'conflict', message: 'not held' } };
    if (id === undefined)
      return { status: 200, body: this.#offer(JSON.parse(body.toString()) as ArtifactsOffer) };
    const received = this.#piece(id, Number(offset), body);
    if (this.loseAnswers === 0) return { status: 200, body: received };
    this.loseAnswers--;
    return 'cut';
  }

  #offer(offer: ArtifactsOffer): ArtifactsWanted {
    this.offers.push(offer);
    const before = this.#kept.get(offer.job);
    const kept = new Map<string, Kept>();
    for (const { name, size, sha256 } of offer.files) {
      const known = before?.get(name);
      const isSame = known?.size === size && known.sha256 === sha256;
      kept.set(name, isSame ? known : { id: randomBytes(12).toString('hex'), size, sha256, pieces: [] });
    }
    this.#kept.set(offer.job, kept);
    const wanted = [...kept].filter(([, one]) => !isWhole(one));
    return { wanted: wanted.map(([name, one]) => ({ name, id: one.id, received: lengthOf(one) })) };
  }

  #piece(id: string, offset: number, data: Buffer): ArtifactReceived {
    const file = [...this.#kept.values()]
      .flatMap((files) => [...files.values()])
      .find((one) => one.id === id);
    if (file === undefined) throw new Error('a piece of a file that is not wanted');
    if (offset === lengthOf(file) && data.length > 0) file.pieces.push(data);
    if (lengthOf(file) === file.size && !isWhole(file)) file.pieces = [];
    return { received: lengthOf(file), complete: isWhole(file) };
  }
}

const lengthOf = ({ pieces }: Kept): number => pieces.reduce((sum, { length }) => sum + length, 0);

function isWhole(file: Kept): boolean {
  const { pieces, size, sha256 } = file;
  if (lengthOf(file) !== size) return false;
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex') === sha256;
}
