// What hides values in a log or a result: for whoever has the output of a job before it is kept.
export { Hidden } from './hidden.ts';
export { compileMasks, maskText, MASK_MIN_BYTES, MaskStream, NOTHING_WAITS, type Waiting } from './masks.ts';
