import { openApiDocument, PROTOCOL_VERSION } from '@argus/contract';
import type { Handlers } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import { VERSION } from '../../version.ts';
import { docsAnswer } from './docs/index.ts';

export function systemRoutes({
  db,
  metrics,
  publicUrl,
  supervisors,
}: Platform): Pick<Handlers, 'getStatus' | 'getOpenApi' | 'getDocs' | 'getMetrics'> {
  const answerDocs = docsAnswer(() => ({ version: VERSION, server: publicUrl() }));
  return {
    async getStatus() {
      const up = await db.alive();
      return {
        status: up ? 'ok' : 'degraded',
        version: VERSION,
        database: up ? 'up' : 'down',
        protocol: PROTOCOL_VERSION,
        supervisor: supervisors.id,
      };
    },
    async getOpenApi() {
      return openApiDocument({ version: VERSION, server: publicUrl() });
    },
    async getDocs({ request, reply }) {
      return answerDocs(request, reply);
    },
    async getMetrics({ reply }) {
      return reply
        .header('content-type', metrics.registry.contentType)
        .send(await metrics.registry.metrics());
    },
  };
}
