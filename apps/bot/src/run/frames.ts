/**
 * Frames between bot and shim: 4 bytes length (big endian) of what follows, 1 byte type, body. `shim.pl` is the other
 * end and lists the types.
 */
export interface Frame {
  type: string;
  body: Buffer;
}

const LENGTH_BYTES = 4;

export function frame(type: string, body: Uint8Array | string = ''): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const header = Buffer.alloc(LENGTH_BYTES + 1);
  header.writeUInt32BE(1 + bytes.length);
  header.write(type, LENGTH_BYTES, 'latin1');
  return Buffer.concat([header, bytes]);
}

/** Fields of a body: anything without NUL, as argv and environment are. */
export function fields(values: readonly (string | number)[]): Buffer {
  return Buffer.from(values.join('\0'));
}

/** Puts frames together again, however the stream was cut. */
export class FrameReader {
  #parts: Buffer[] = [];
  #size = 0;
  /** Bytes of the frame that is coming in, as far as known: less need not be put together. */
  #wanted = LENGTH_BYTES;

  /** Takes bytes and gives the frames that are now complete. The bodies share memory with what was pushed. */
  *push(bytes: Buffer): Generator<Frame> {
    this.#parts.push(bytes);
    this.#size += bytes.length;
    while (this.#size >= this.#wanted) {
      const whole = this.#joined();
      this.#wanted = LENGTH_BYTES + whole.readUInt32BE();
      if (this.#size < this.#wanted) return;
      const end = this.#wanted;
      this.#wanted = LENGTH_BYTES;
      this.#parts = [whole.subarray(end)];
      this.#size = whole.length - end;
      yield {
        type: whole.toString('latin1', LENGTH_BYTES, LENGTH_BYTES + 1),
        body: whole.subarray(LENGTH_BYTES + 1, end),
      };
    }
  }

  #joined(): Buffer {
    const [first = Buffer.alloc(0), ...more] = this.#parts;
    const joined = more.length === 0 ? first : Buffer.concat(this.#parts, this.#size);
    this.#parts = [joined];
    return joined;
  }
}
