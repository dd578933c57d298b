export { bootstrap, type FirstStart } from './bootstrap.ts';
