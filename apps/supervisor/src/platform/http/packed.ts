import { ArgusError } from '@argus/contract';
import { parseJson } from './body.ts';

/** A packed body: JSON, and the bytes that it speaks of. */
export class Packed {
  readonly head: unknown;
  readonly bytes: Buffer;

  constructor(head: unknown, bytes: Buffer) {
    this.head = head;
    this.bytes = bytes;
  }
}

const LENGTH_BYTES = 4;

/** @throws ArgusError `invalid_input` or `invalid_json` for what is not packed, naming what is wrong */
export function unpack(body: Buffer): Packed {
  if (body.length < LENGTH_BYTES)
    throw new ArgusError('invalid_input', 'The packed body ends before the length of its JSON.');
  const end = LENGTH_BYTES + body.readUInt32BE();
  if (end > body.length) {
    const says = `The packed body says ${end - LENGTH_BYTES} bytes of JSON`;
    throw new ArgusError('invalid_input', `${says} and has ${body.length - LENGTH_BYTES} bytes in all.`);
  }
  return new Packed(parseJson(body.toString('utf8', LENGTH_BYTES, end)), body.subarray(end));
}
