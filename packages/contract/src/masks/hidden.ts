import { compileMasks, maskResult, maskText, type CompiledMasks } from './masks.ts';

/** What must not leave this machine of one attempt. It is made ready when it is first needed. */
export class Hidden {
  readonly isEmpty: boolean;
  #values: readonly string[];
  #compiled: CompiledMasks | undefined;

  constructor(values: readonly string[] = []) {
    this.#values = values;
    this.isEmpty = values.every((value) => value === '');
  }

  /** @throws where it is too much to be looked for */
  get compiled(): CompiledMasks {
    return (this.#compiled ??= compileMasks(this.#values));
  }

  /** A text for people. Once `compiled` has thrown nothing was run that could be told of. */
  text(text: string): string {
    const masks = this.#compiled?.masks;
    return masks ? maskText(masks, text) : text;
  }

  /** What a script hands back. */
  result(text: string): string {
    const { masks } = this.compiled;
    return masks ? maskResult(masks, text) : text;
  }
}
