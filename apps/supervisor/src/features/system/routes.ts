import { openApiDocument, PROTOCOL_VERSION } from '@argus/contract';
import type { Handlers } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import { VERSION } from '../../version.ts';

export function systemRoutes({
  db,
  metrics,
  publicUrl,
}: Platform): Pick<Handlers, 'getStatus' | 'getOpenApi' | 'getMetrics'> {
  return {
    async getStatus() {
      const up = await db.alive();
      return {
        status: up ? 'ok' : 'degraded',
        version: VERSION,
        database: up ? 'up' : 'down',
        protocol: PROTOCOL_VERSION,
      };
    },
    async getOpenApi() {
      return openApiDocument({ version: VERSION, server: publicUrl() });
    },
    async getMetrics({ reply }) {
      return reply
        .header('content-type', metrics.registry.contentType)
        .send(await metrics.registry.metrics());
    },
  };
}
