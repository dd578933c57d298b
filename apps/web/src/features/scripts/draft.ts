/** What somebody has written and not saved, kept in their browser. */
export interface Draft {
  filename: string;
  content: string;
  /** The version it was made of; 0: of none. */
  base: number;
  at: string;
}

const keyOf = (customer: string, scriptId: string): string => `argus-draft:${customer}:${scriptId}`;

/** `new` is the script that does not exist yet. */
export function draftOf(customer: string, scriptId: string): Draft | undefined {
  try {
    const draft = JSON.parse(localStorage.getItem(keyOf(customer, scriptId)) ?? 'null') as Draft | null;
    return typeof draft?.content === 'string' && typeof draft.filename === 'string' ? draft : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a draft, or forgets it where there is none. Where the browser has no room it is not kept. */
export function keepDraft(customer: string, scriptId: string, draft: Draft | undefined): void {
  try {
    if (draft === undefined) localStorage.removeItem(keyOf(customer, scriptId));
    else localStorage.setItem(keyOf(customer, scriptId), JSON.stringify(draft));
  } catch {
    // more than the browser keeps: the page still asks before it is left
  }
}
