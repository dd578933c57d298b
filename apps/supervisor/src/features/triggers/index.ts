export { createReactor, type Reactor } from './react.ts';
