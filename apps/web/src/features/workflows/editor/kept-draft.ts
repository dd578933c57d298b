import { useCallback, useRef, useState } from 'react';
import { useCustomer } from '../../../api/hooks.ts';
import { kept } from '../../../ui/kept.ts';
import { useKeeping } from '../../../ui/use-keeping.ts';
import type { GraphDraft } from './graph-draft.ts';
import type { SettingsDraft } from './workflow-draft.ts';

/** All that is edited of a workflow: what undo takes back. */
export interface WorkflowDraft {
  graph: GraphDraft;
  settings: SettingsDraft;
  own: boolean;
}

/** The fields that differ. */
export function changedKeys(before: SettingsDraft, after: SettingsDraft): (keyof SettingsDraft)[] {
  return (Object.keys(after) as (keyof SettingsDraft)[]).filter(
    (key) => before[key] !== after[key] && JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
}

const KEEP_MS = 400;

/** What was edited and not saved, kept as long as the tab: without the environment, which may hold secrets. */
export function useKeptDraft(id: string | undefined, draft: WorkflowDraft, isChanged: boolean) {
  const customer = useCustomer();
  const [place] = useState(() => kept<WorkflowDraft>('tab', `workflow-draft:${customer}:${id ?? 'new'}`));
  const [found, setFound] = useState(place.read);
  const isSaved = useRef(false);
  const keep = useCallback(() => {
    const { settings, ...others } = draft;
    if (!isSaved.current) place.write({ ...others, settings: { ...settings, env: '' } });
  }, [place, draft]);
  useKeeping(isChanged ? keep : undefined, KEEP_MS);
  return {
    /** The one that was left; nothing once it was decided over. */
    draft:
      isChanged || found === undefined
        ? undefined
        : { ...found, settings: { ...found.settings, env: draft.settings.env } },
    take: () => setFound(undefined),
    discard: () => {
      setFound(undefined);
      place.forget();
    },
    /** It is saved: nothing of it is kept from here on. */
    forget: () => {
      isSaved.current = true;
      place.forget();
    },
  };
}
