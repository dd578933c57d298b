import { setTimeout as sleep } from 'node:timers/promises';
import { adminConnection, ask, type Connection } from './connection.ts';
import { exists } from './files.ts';
import type { Place } from './place.ts';

/** A server that somebody has just begun to start or to stop: milliseconds. */
const patience = 10_000;

/** True if there is a cluster at this place, running or not. */
export function hasCluster(place: Place): Promise<boolean> {
  return exists(place.data);
}

/**
 * The superuser's connection to the cluster that another process runs at this place; undefined if none answers, also
 * not in the next 10 s.
 */
export async function reachCluster({ socketDir, data }: Place): Promise<Connection | undefined> {
  const connection = adminConnection(socketDir);
  for (const until = Date.now() + patience; ;) {
    const answer = await ask(connection);
    if (answer.kind === 'ready') return answer.dataDirectory === data ? connection : undefined;
    if (Date.now() > until) return undefined;
    await sleep(100);
  }
}
