/** How somebody tries a script: kept in their browser, but the environment, which may hold secrets. */
export interface TrialSettings {
  hostId: string | null;
  runAs: string;
  values: string[];
  /** `NAME=value` lines. */
  env: string;
  /** Seconds; empty: the default. */
  timeout: number | '';
}

const keyOf = (user: string, scriptId: string): string => `argus-trial:${user}:${scriptId}`;

export function trialSettingsOf(user: string, scriptId: string): TrialSettings | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(user, scriptId)) ?? 'null') as TrialSettings | null;
    return Array.isArray(kept?.values) ? { ...kept, env: '' } : undefined;
  } catch {
    return undefined;
  }
}

export function keepTrialSettings(user: string, scriptId: string, settings: TrialSettings): void {
  try {
    localStorage.setItem(keyOf(user, scriptId), JSON.stringify({ ...settings, env: '' }));
  } catch {
    // values too large to be kept are asked again
  }
}
