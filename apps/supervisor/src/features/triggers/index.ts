export type { Emission } from './queries.ts';
export { createReactor, type Listen } from './react.ts';
export { starter } from './start.ts';
