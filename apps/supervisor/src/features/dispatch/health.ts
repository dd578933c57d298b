import { invalid, type BotHealth } from '@argus/contract';

/** @throws ArgusError `invalid_input` where a bot tells of its machine what no machine can be */
export function assertHealth(health: BotHealth): void {
  const { memory_available_bytes: available, memory_total_bytes: memory } = health;
  if (available > memory)
    throw invalid('health.memory_available_bytes', `says ${available}, of ${memory} in all`);
  const { disk_free_bytes: free, disk_total_bytes: disk } = health;
  if ((free === null) !== (disk === null) || (free ?? 0) > (disk ?? 0))
    throw invalid('health.disk_free_bytes', `says ${free}, of ${disk} in all`);
}
