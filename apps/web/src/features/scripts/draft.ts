import { kept, type Kept } from '../../ui/kept.ts';

/** What somebody has written and not saved, kept in their browser. */
export interface Draft {
  filename: string;
  content: string;
  /** The version it was made of; 0: of none. */
  base: number;
  at: string;
}

/** `new` is the script that does not exist yet. */
const placeOf = (customer: string, scriptId: string): Kept<Draft> =>
  kept('browser', `draft:${customer}:${scriptId}`);

export function draftOf(customer: string, scriptId: string): Draft | undefined {
  const draft = placeOf(customer, scriptId).read();
  return typeof draft?.content === 'string' && typeof draft.filename === 'string' ? draft : undefined;
}

/** Keeps a draft, or forgets it where there is none. */
export function keepDraft(customer: string, scriptId: string, draft: Draft | undefined): void {
  const place = placeOf(customer, scriptId);
  if (draft === undefined) place.forget();
  else place.write(draft);
}
