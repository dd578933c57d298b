export { bootstrap, passwordFile, tokenFile, type FirstStart } from './bootstrap.ts';
