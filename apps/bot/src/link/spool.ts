const SPOOL_MAX_BYTES = 256 * 1024 * 1024;

/** How much log the journal holds for a supervisor that does not answer; past the limit scripts wait on their pipes. */
export class Spool {
  #bytes: number;
  #isOpen: () => boolean;

  /** @param isOpen whether the journal takes anything at all: what it does not take would fill the memory */
  constructor(bytes: number, isOpen: () => boolean) {
    this.#bytes = bytes;
    this.#isOpen = isOpen;
  }

  /** Takes room for this many bytes, or says that there is none. */
  take(bytes: number): boolean {
    if (!this.#isOpen() || this.#bytes + bytes > SPOOL_MAX_BYTES) return false;
    this.#bytes += bytes;
    return true;
  }

  free(bytes: number): void {
    this.#bytes -= bytes;
  }
}
