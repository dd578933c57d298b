import { Readable } from 'node:stream';
import { ArgusError, invalid } from '@argus/contract';
import type { FastifyReply } from 'fastify';
import type { Actor } from '../../platform/http/caller.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import { idPage, pageLink } from '../../platform/http/paging.ts';
import type { Platform } from '../../platform/platform.ts';
import { csvHead, csvLine, jsonLines } from './export.ts';
import { auditQueries, type AuditFilter } from './queries.ts';
import type { Audit } from './record.ts';

type AuditOperations = 'listAudit' | 'getAuditEntry' | 'exportAuditCsv' | 'exportAuditJson';
type Row = Awaited<ReturnType<ReturnType<typeof auditQueries>['list']>>[number];

/** What a caller asks for. */
interface Asked {
  q?: string;
  actor?: string;
  action?: string;
  target?: string;
  outcome?: 'done' | 'refused';
  since?: string;
  until?: string;
}

/** Entries that an export reads at a time. */
const BATCH = 1_000;

export function auditRoutes({ db }: Platform, audit: Audit): Pick<Handlers, AuditOperations> {
  const queries = auditQueries(db);

  /** All that fit, batch by batch as the reader takes them; what comes in meanwhile is not among them. */
  async function* batches(filter: AuditFilter): AsyncGenerator<Row[]> {
    for (let before: string | undefined; ;) {
      const rows = await queries.list({ ...filter, before, limit: BATCH });
      if (rows.length > 0) yield rows;
      before = rows.at(-1)?.id;
      if (rows.length < BATCH) return;
    }
  }

  async function send(
    reply: FastifyReply,
    filter: AuditFilter,
    {
      type,
      name,
      text,
    }: { type: string; name: string; text: (rows: AsyncGenerator<Row[]>) => AsyncGenerator<string> },
  ): Promise<FastifyReply> {
    await audit.flush();
    void reply.headers({
      'content-type': `${type}; charset=utf-8`,
      'content-disposition': `attachment; filename="${name}"`,
      'content-security-policy': 'sandbox',
    });
    return reply.send(Readable.from(text(batches(filter)), { objectMode: false }));
  }

  return {
    async listAudit({ caller, query, request, reply }) {
      const page = idPage(query, 100);
      const filter = { ...page, ...filterOf(caller, query) };
      await audit.flush();
      const rows = await queries.list(filter);
      pageLink(request, reply, rows, page.limit);
      return rows.map(viewOf);
    },

    async getAuditEntry({ caller, params }) {
      await audit.flush();
      const row = await queries.one(params.id, caller.customer.id, caller.instanceAdmin);
      if (row === undefined) throw new ArgusError('not_found');
      return viewOf(row);
    },

    async exportAuditCsv({ caller, query, reply, note }) {
      const filter = filterOf(caller, query);
      note({ details: { as: 'csv', ...query } });
      return send(reply, filter, {
        type: 'text/csv',
        name: `${caller.customer.name}-audit.csv`,
        text: asCsv,
      });
    },

    async exportAuditJson({ caller, query, reply, note }) {
      const filter = filterOf(caller, query);
      note({ details: { as: 'json', ...query } });
      const name = `${caller.customer.name}-audit.json`;
      return send(reply, filter, { type: 'application/json', name, text: asJson });
    },
  };
}

function viewOf({ customer_id: _customer, at, ...row }: Row) {
  return { ...row, at: at.toISOString() };
}

async function* asCsv(rows: AsyncGenerator<Row[]>): AsyncGenerator<string> {
  yield csvHead();
  for await (const batch of rows) yield batch.map((row) => csvLine(viewOf(row))).join('');
}

async function* asJson(rows: AsyncGenerator<Row[]>): AsyncGenerator<string> {
  yield* jsonLines(rows, viewOf);
}

function filterOf(caller: Actor, asked: Asked): AuditFilter {
  const { q, actor, action, target, outcome } = asked;
  return {
    customerId: caller.customer.id,
    ofNobody: caller.instanceAdmin,
    q,
    actor,
    action,
    target,
    outcome,
    since: timeOf('since', asked.since),
    until: timeOf('until', asked.until),
  };
}

/** A time of the query; ids hold the years from 1970 to 10889, which is room enough. */
function timeOf(field: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  const ms = time.getTime();
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(ms) || ms < 0)
    throw invalid(field, 'must be an ISO 8601 time, like 2026-01-31T08:00:00Z');
  return time;
}
