import type { BotHealth } from '@argus/contract';

/** How a machine is that has almost nothing left. */
export const FULL_MACHINE: BotHealth = {
  cpu_percent: 97.4,
  cpu_count: 16,
  load: 31.72,
  memory_total_bytes: 67_374_116_864,
  memory_available_bytes: 1_932_735_283,
  disk_total_bytes: 1_967_397_240_832,
  disk_free_bytes: 812_646_400,
  disk_min_free_bytes: 67_108_864,
};
