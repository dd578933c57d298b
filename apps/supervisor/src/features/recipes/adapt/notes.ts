import type { FieldError, RecipeReport } from '@argus/contract';

export type Findings = Omit<RecipeReport, 'format'>;

/** What an import has to say, at one place of the recipe. */
export interface Notes {
  /** The same for a field of this place; a name in brackets is a position. */
  at(field: string): Notes;
  /** Taken in another form. */
  adapted(message: string): void;
  /** Left out. */
  dropped(message: string): void;
  /** To be filled in by a person. */
  missing(message: string): void;
}

/** A report that says more than this in one list is read by nobody. */
const FINDINGS_MAX = 200;
const FIELD_MAX = 200;

/** Writes into lists that answer what was found; a list that is full ends with a line that says so. */
export function notesOn(findings: Findings, field = ''): Notes {
  const add = (list: FieldError[]) => (message: string) => {
    if (list.length < FINDINGS_MAX) list.push({ field: field.slice(0, FIELD_MAX), message });
    else if (list.length === FINDINGS_MAX) list.push({ field: '', message: 'and more of the kind' });
  };
  return {
    at: (name) =>
      notesOn(findings, field === '' || name.startsWith('[') ? `${field}${name}` : `${field}.${name}`),
    adapted: add(findings.adapted),
    dropped: add(findings.dropped),
    missing: add(findings.missing),
  };
}

/** A value as a report shows it: short, on one line. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
