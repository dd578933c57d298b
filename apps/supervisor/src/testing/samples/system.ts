import type { OperationId } from '@argus/contract';
import { nothing, type Sample } from './shared.ts';

export function systemSamples() {
  return {
    listEvents: nothing,
    getStatus: nothing,
    getOpenApi: nothing,
    getDocs: nothing,
    getMetrics: nothing,
  } satisfies Partial<Record<OperationId, () => Promise<Sample>>>;
}
