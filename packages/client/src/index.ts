export { addressOf } from './address.ts';
export { createClient, type Client, type ClientOptions, type Paged } from './client.ts';
export { ArgusApiError } from './error.ts';
export type { FollowOptions, LogEvent } from './follow.ts';
export type { ChangeEvent, WatchOptions } from './watch.ts';
export type { InputOf, PagedOperation, ItemOf, ResultOf } from './types.ts';
export { routes, type Route } from './routes.ts';
