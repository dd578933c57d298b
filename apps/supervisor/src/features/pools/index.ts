export { normalLabels } from './rules.ts';
export { poolQueries, type PoolQueries } from './queries.ts';
