import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import pg from 'pg';
import { serveTasks } from '../../../platform/thread-side.ts';
import { searchPart, type Part } from './part.ts';

/** The scheduler gives a search what others leave: a thread has a priority of its own on Linux only. */
const NICE = 5;
if (process.platform === 'linux') setPriority(0, NICE);

let client: pg.Client | undefined;

async function connect(): Promise<pg.Client> {
  if (client) return client;
  const made = new pg.Client({ ...(workerData as pg.ClientConfig), application_name: 'argus log search' });
  // a connection that breaks is replaced by the next part
  made.on('error', () => forget(made));
  await made.connect();
  return (client = made);
}

function forget(broken: pg.Client): void {
  if (client === broken) client = undefined;
  broken.end().catch(() => undefined);
}

serveTasks(parentPort, async (part: Part) => {
  const isReused = client !== undefined;
  const used = await connect();
  try {
    return await searchPart(used, part);
  } catch (error) {
    forget(used);
    if (!isReused) throw error;
  }
  // the database was restarted since the last search
  return searchPart(await connect(), part);
});
