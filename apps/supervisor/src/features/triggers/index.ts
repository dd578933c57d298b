export { createReactor } from './react.ts';
