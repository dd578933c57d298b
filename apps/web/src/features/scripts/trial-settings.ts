import { kept } from '../../ui/kept.ts';

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

const placeOf = (user: string, scriptId: string) =>
  kept<TrialSettings>('browser', `trial:${user}:${scriptId}`);

export function trialSettingsOf(user: string, scriptId: string): TrialSettings | undefined {
  const found = placeOf(user, scriptId).read();
  return Array.isArray(found?.values) ? { ...found, env: '' } : undefined;
}

export function keepTrialSettings(user: string, scriptId: string, settings: TrialSettings): void {
  placeOf(user, scriptId).write({ ...settings, env: '' });
}
