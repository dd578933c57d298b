import type { ArgumentDefinition, ComparisonResult, DryRun, DryStep, GivenFiles } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { labelOf } from '../../../ui/argument-form/argument-field.tsx';
import { conditionWords } from '../condition-words.ts';

/** Why a step would not run, a sentence for each line that leads to it. */
export function whySkipped(
  { edges }: DryRun['skipped'][number],
  titleOf: (step: string) => string,
): string[] {
  return edges.map((reason) => {
    const from = titleOf(reason.edge.from);
    if (reason.why === 'skipped') return t`${from} does not run.`;
    if (reason.why === 'event') {
      const { wanted, was } = reason;
      return t`${from} ends with ${was}, and the line is for ${wanted}.`;
    }
    const found = reason.comparisons.map(comparisonWords).join('; ');
    return t`After ${from} its condition does not hold: ${found}.`;
  });
}

function comparisonWords({ path, op, value, found }: ComparisonResult): string {
  const wanted = conditionWords({ path, op, value });
  const there = found === undefined ? t`nothing` : typeof found === 'string' ? found : JSON.stringify(found);
  return t`${wanted}, and there is ${there}`;
}

/** What a step would be given, an argument each. */
export function valueWords(
  { values }: DryStep,
  definitions: readonly ArgumentDefinition[],
): string[] | undefined {
  return values?.map((value, place) => {
    const definition = definitions[place];
    const label = definition ? labelOf(definition) : String(place);
    return `${label}: ${definition?.masked && value !== '' ? '•••' : textOf(value)}`;
  });
}

function textOf(value: string | GivenFiles): string {
  if (typeof value === 'string') return value === '' ? '–' : value;
  return value.files.map((file) => (typeof file === 'string' ? t`a file` : file.filename)).join(', ');
}
