export { createBuiltin, type Builtin } from './work.ts';
