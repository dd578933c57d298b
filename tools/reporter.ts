// Counts for the last line of `npm test`, sent to tools/test.ts. What fails outside of a test counts too:
// a file that cannot be loaded, a hook, an error that nothing caught.
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

export type Counts = Record<'passed' | 'failed' | 'skipped', number>;

export default class Count implements Reporter {
  async onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]) {
    const counts: Counts = { passed: 0, failed: unhandled.length, skipped: 0 };
    for (const module of modules) {
      for (const suite of [module, ...module.children.allSuites()]) counts.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        counts[state === 'pending' ? 'failed' : state] += 1;
      }
    }
    await new Promise((sent) => process.send?.(counts, sent) ?? sent(undefined));
  }
}
