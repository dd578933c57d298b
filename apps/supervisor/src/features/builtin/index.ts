export { HTTP_RUN_AS, HTTP_SCRIPT, requestEnv } from './on-bot.ts';
export { createBuiltin, type Builtin } from './work.ts';
