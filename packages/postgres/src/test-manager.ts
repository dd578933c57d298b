import pg from 'pg';
import { openCluster } from './cluster.ts';

/** A manager to be killed: opens a cluster and tells its parent of each row that was committed. */
const cluster = await openCluster({ dataDir: process.argv[2] ?? '', log: () => undefined });
const client = new pg.Client(cluster.connection);
await client.connect();
await client.query('create table acknowledged (number integer)');
for (let rows = 1; ; rows++) {
  await client.query('insert into acknowledged values ($1)', [rows]);
  process.send?.({ pid: cluster.pid, rows });
}
