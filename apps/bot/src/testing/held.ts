import { zstdDecompressSync } from 'node:zlib';
import type { BotEvent, FinishedEvent, LogEvent, RunInstruction, StartedEvent } from '@argus/contract';

/** What a supervisor knows of one attempt. */
export class Held {
  readonly instruction: RunInstruction;
  started: StartedEvent | undefined;
  finished: FinishedEvent | undefined;
  chunks: LogEvent[] = [];
  /** How often each event came: repeats included. */
  received: BotEvent[] = [];
  isCancelled = false;
  isForgotten = false;
  isStale = false;
  isRepeated = false;
  isNamed = false;
  /** Goes out with the answer to the end of another one. */
  comesWithEvents = false;

  constructor(instruction: RunInstruction) {
    this.instruction = instruction;
  }

  /** The log as it would be stored, checked for gaps. */
  get log(): Buffer {
    let offset = 0;
    let line = 0;
    const parts = this.chunks.map((chunk) => {
      const bytes = bytesOf(chunk);
      const lines = bytes.filter((byte) => byte === 0x0a).length;
      if (
        chunk.offset !== offset ||
        chunk.line !== line ||
        chunk.bytes !== bytes.length ||
        chunk.lines !== lines
      ) {
        throw new Error(`chunk ${chunk.seq} does not follow the ones before it`);
      }
      offset += bytes.length;
      line += lines;
      return bytes;
    });
    return Buffer.concat(parts);
  }

  stream(name: 'stdout' | 'stderr'): string {
    return this.bytes(name).toString();
  }

  bytes(name: 'stdout' | 'stderr'): Buffer {
    return Buffer.concat(this.chunks.filter(({ stream }) => stream === name).map(bytesOf));
  }
}

export function bytesOf({ data, encoding }: LogEvent): Buffer {
  const bytes = Buffer.from(data, 'base64');
  return encoding === 'zstd' ? zstdDecompressSync(bytes) : bytes;
}

export interface RunOptions {
  script: string | Buffer;
  filename?: string;
  run_as?: string;
  args?: string[];
  /** Files in the place of arguments. `sent` is what a bot gets where it is not what was announced; null is a 404. */
  files?: { position: number; index?: number; filename: string; data: Buffer; sent?: Buffer | null }[];
  env?: Record<string, string>;
  timeout?: number;
  kill_grace?: number;
  log_limit?: number;
  masks?: string[];
  limits?: RunInstruction['limits'];
  fence?: number;
}
