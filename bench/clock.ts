import { readFile } from 'node:fs/promises';

/** The script whose start is measured: it reads the clock before anything else, and writes it to its argument. */
export const STAMP_SCRIPT = `#!/bin/bash
now=$EPOCHREALTIME
echo "$now" >"$1"
`;

/** The machine's wall clock with microseconds, as the script's shell reads it; milliseconds. */
export function wallClockMs(): number {
  return performance.timeOrigin + performance.now();
}

/** When the script read the clock, milliseconds. @throws where it has not written it yet */
export async function readStamp(file: string): Promise<number> {
  const text = await readFile(file, 'utf8');
  const seconds = /^(\d+)[.,](\d+)\n/.exec(text);
  if (seconds === null) throw new Error(`${file} holds no time yet`);
  return Number(seconds[1]) * 1000 + Number(seconds[2]) / 1000;
}
