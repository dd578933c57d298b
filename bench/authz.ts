import { atLeast } from '@argus/contract';
import { accessQueries, authenticator, visibleTo } from '../apps/supervisor/src/features/access/index.ts';
import { openDatabase } from '../apps/supervisor/src/platform/database.ts';
import { presentedToken } from '../apps/supervisor/src/platform/http/token.ts';
import { createLog } from '../apps/supervisor/src/platform/log.ts';
import type { Report } from './report.ts';
import type { Server } from './server.ts';
import { median } from './statistics.ts';

const ROUNDS = 3_000;
const WARM_UP_ROUNDS = 500;

/**
 * What it costs a request to know who calls and what they may: token from the header, its look-up in the store (nothing
 * is kept in memory, so that a revoked token is dead at once), role, access list. The supervisor's own functions, called
 * here on a connection of their own, one after the other: a request does nothing else for it. Under load it is less, as
 * look-ups of the same moment share a statement.
 */
export async function authz(server: Server, report: Report): Promise<void> {
  const log = createLog('silent');
  await using db = openDatabase({ ...(await server.database()), max: 2 }, log);
  const { authenticate } = authenticator({ log }, accessQueries(db));
  // a role that access lists bind, and one that lets it in by its last entry
  const { token } = await server.client.createToken({ body: { name: 'bench', role: 'user' } });
  const taskId = '0'.repeat(24);
  const acls = ['somebody@else.test', 'team:web', 'user'];
  const times: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    const begin = performance.now();
    const presented = presentedToken(`Bearer ${token}`, {}, undefined, {});
    const caller = presented && (await authenticate(presented.token));
    if (caller === undefined || caller.kind === 'bot' || caller.kind === 'agent')
      throw new Error('the token is nobody’s');
    const admitted = atLeast(caller.role, 'user') && visibleTo(caller, { taskId, acls });
    const us = (performance.now() - begin) * 1000;
    if (!admitted) throw new Error('the token may not');
    if (round >= 0) times.push(us);
  }
  report.line({ name: 'authz_us', value: median(times), unit: 'us', n: ROUNDS });
}
