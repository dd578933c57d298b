import type { Mapping, Task } from '@argus/contract';
import type { ArgumentDraft } from './task-draft.ts';

/** Where the value of one argument comes from, as the form edits it. */
export interface SourceDraft {
  /** `default`: it is not mapped. */
  kind: 'path' | 'value' | 'default';
  text: string;
  /** A value that is no text stays what it is while nobody writes another. */
  kept?: unknown;
}

/** By the key of an argument in the form: it may be moved before it is saved. */
export type MappingDraft = Record<string, SourceDraft>;

/** By trigger, only those whose arguments do not come by position. */
export type MappingDrafts = Record<string, MappingDraft>;

type Argument = Pick<ArgumentDraft, 'key' | 'label' | 'type'>;

/** Those that a trigger can give: not what is fixed, and no files. */
export function mappable<T extends Pick<ArgumentDraft, 'type'>>(drafts: readonly T[]): T[] {
  return drafts.filter(({ type }) => type !== 'fixed' && type !== 'file');
}

export function mappingDrafts(
  mappings: Task['trigger_arguments'],
  drafts: readonly Argument[],
): MappingDrafts {
  return Object.fromEntries(
    Object.entries(mappings).map(([trigger, mapping]) => [trigger, mappingDraft(mapping, drafts)]),
  );
}

function mappingDraft(mapping: Mapping, drafts: readonly Argument[]): MappingDraft {
  return Object.fromEntries(
    drafts.flatMap(({ key, label }, order) => {
      const source = mapping[order] ?? (label === '' ? undefined : mapping[label]);
      if (source === undefined) return [];
      return [[key, 'from' in source ? { kind: 'path', text: source.from } : valueDraft(source.value)]];
    }),
  );
}

function valueDraft(value: unknown): SourceDraft {
  return typeof value === 'string'
    ? { kind: 'value', text: value }
    : { kind: 'value', text: JSON.stringify(value), kept: value };
}

/** What by position means, written out: where one starts from. */
export function byPosition(drafts: readonly Pick<ArgumentDraft, 'key' | 'type'>[]): MappingDraft {
  return Object.fromEntries(
    drafts
      .filter(({ type }) => type !== 'fixed')
      .flatMap(({ key, type }, index) =>
        type === 'file' ? [] : [[key, { kind: 'path', text: `output[${index}]` }]],
      ),
  );
}

/** What is sent of a mapping: each argument by its position. */
export function mappingOf(
  draft: MappingDraft,
  drafts: readonly Pick<ArgumentDraft, 'key' | 'type'>[],
): Mapping {
  return Object.fromEntries(
    drafts.flatMap(({ key, type }, order) => {
      const source = draft[key];
      if (source === undefined || source.kind === 'default' || type === 'fixed') return [];
      return [[order, source.kind === 'path' ? { from: source.text.trim() } : { value: valueOf(source) }]];
    }),
  );
}

function valueOf({ text, kept }: SourceDraft): unknown {
  return kept !== undefined && JSON.stringify(kept) === text ? kept : text;
}
