import type { BotHealth } from '@argus/contract';

/** As a machine could be. */
export const HEALTH: BotHealth = {
  cpu_percent: 12.5,
  cpu_count: 4,
  load: 0.5,
  memory_total_bytes: 8e9,
  memory_available_bytes: 5e9,
  disk_total_bytes: 100e9,
  disk_free_bytes: 40e9,
  disk_min_free_bytes: 64 * 2 ** 20,
};
