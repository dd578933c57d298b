import type { BotInfo } from '@argus/contract';

/** Where a problem comes from: each source has at most one at a time. */
export type Source = 'disk' | 'journal';

/** What the bot says of itself with each poll. Whoever polls hears of changes, so that they are said at once. */
export class Presence {
  #info: BotInfo;
  #slots: number;
  #isDraining = false;
  #problems = new Map<Source, string>();
  #listeners = new Set<() => void>();

  constructor(info: BotInfo, slots: number) {
    this.#info = info;
    this.#slots = slots;
  }

  /** Another object after each change. */
  get info(): BotInfo {
    return this.#info;
  }

  /** How many scripts it runs at once: none while something keeps it from running any. */
  get slots(): number {
    return this.problem === undefined ? this.#slots : 0;
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** What keeps it from taking jobs, as a sentence. */
  get problem(): string | undefined {
    return this.#problems.values().next().value;
  }

  get takesJobs(): boolean {
    return !this.#isDraining && this.problem === undefined;
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Says something else of the machine from now on. */
  describe(change: Partial<BotInfo>): void {
    const next = { ...this.#info, ...change };
    if (JSON.stringify(next) === JSON.stringify(this.#info)) return;
    this.#info = next;
    this.sayAgain();
  }

  drain(isDraining: boolean): void {
    if (isDraining === this.#isDraining) return;
    this.#isDraining = isDraining;
    this.sayAgain();
  }

  /** Notes a problem, or that there is none any more. */
  note(source: Source, problem: string | undefined): void {
    if (this.#problems.get(source) === problem) return;
    if (problem === undefined) this.#problems.delete(source);
    else this.#problems.set(source, problem);
    const { problem: _before, ...info } = this.#info;
    this.#info = { ...info, ...(this.problem !== undefined && { problem: this.problem.slice(0, 500) }) };
    this.sayAgain();
  }

  /** Makes the bot poll at once, though nothing changed here. */
  sayAgain(): void {
    for (const listener of this.#listeners) listener();
  }
}
