export { openCluster, type Cluster, type ClusterEvent, type ClusterOptions } from './cluster.ts';
export type { Connection } from './connection.ts';
export { ClusterError, type ClusterErrorCode } from './errors.ts';
export type { Log, LogEntry } from './log.ts';
export { migrate, type MigrateOptions } from './migrate.ts';
export { MigrationError, type MigrationErrorCode } from './migration-plan.ts';
export { placeFor, type Place } from './place.ts';
export { baseDirFor, reachableBy } from './reach.ts';
export { ensureSystemUser, type SystemUser } from './system-user.ts';
