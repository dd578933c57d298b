import {
  ArgumentDefinition,
  invalid,
  lacksValue,
  normalizeDefinitions,
  type ArgumentDefinitionInput,
} from '@argus/contract';
import { checkOf } from '../../../platform/http/validate.ts';
import { matches } from '../../../platform/pattern.ts';
import { shown, type Notes } from './notes.ts';
import { fitting, isFields, numberIn, type Check, type Fields } from './values.ts';

const ARGUMENTS_MAX = 100;
const OPTIONS_MAX = 1000;
const OPTION_TEXT_MAX = 1000;

let compiled: Map<string, Check> | undefined;
/** The check of each field of a definition but those that are taken by hand. */
function checks(): Map<string, Check> {
  compiled ??= new Map(
    Object.entries(ArgumentDefinition.properties)
      .filter(([name]) => name !== 'order' && name !== 'options')
      .map(([name, schema]) => [name, checkOf(schema)]),
  );
  return compiled;
}

/**
 * Argument definitions of a recipe as a task takes them: in order of their positions, counted from 0. What a
 * definition cannot have here is dropped or adapted, the argument itself stays, so that positions keep their
 * meaning. `own`: an empty value is one; otherwise blank is how exports leave a value out.
 */
export function adaptArguments(given: unknown, own: boolean, notes: Notes): ArgumentDefinitionInput[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) {
    notes.dropped(`must be a list (it was ${shown(given)})`);
    return [];
  }
  if (given.length > ARGUMENTS_MAX) throw invalid('task_arguments', `are more than ${ARGUMENTS_MAX}`);
  const placed = given.map((raw: unknown, index) => ({
    raw,
    order: (isFields(raw) ? numberIn(raw['order']) : undefined) ?? index,
    notes: notes.at(`[${index}]`),
  }));
  placed.sort((a, b) => a.order - b.order);
  return placed.map(({ raw, order, notes }, index) => {
    if (order !== index) notes.at('order').adapted(`was ${order}, is ${index}: positions count from 0`);
    const definition = { ...adaptDefinition(raw, own, notes), order: index };
    if (lacksValue(definition as never))
      notes
        .at('value')
        .missing(
          `${definition.label ? `"${definition.label}"` : `argument ${index + 1}`} is fixed and has no value`,
        );
    return definition;
  });
}

function adaptDefinition(raw: unknown, own: boolean, notes: Notes): ArgumentDefinitionInput {
  if (!isFields(raw)) {
    if (typeof raw === 'string') notes.adapted('was a plain text, is a fixed argument with that value');
    else notes.dropped(`is no definition (it was ${shown(raw)}): a fixed argument stands in its place`);
    return { type: 'fixed', ...(typeof raw === 'string' && { value: raw }) };
  }
  const definition: Fields = {};
  for (const [name, value] of Object.entries(raw)) {
    // null is how exports leave a field out; in one of ours it is the field's own value
    if (name === 'order' || (value === null && !own)) continue;
    const check = checks().get(name);
    if (name === 'options') definition['options'] = adaptOptions(value, notes.at('options'));
    else if (check === undefined) {
      if (value !== '') notes.at(name).dropped('is not known here');
    } else if (name !== 'type') definition[name] = fitting(value, check, notes.at(name));
  }
  const type = checks().get('type')?.(raw['type']) === undefined ? raw['type'] : 'input';
  if (type !== raw['type']) notes.at('type').adapted(`was ${shown(raw['type'])}, is input`);
  definition['type'] = type;
  // a blank is how exports leave a value out; an optional fixed argument may be blank
  const blank = definition['value'] === '' && !(type === 'fixed' && definition['required'] === false);
  if (!own && blank) delete definition['value'];
  const present = Object.fromEntries(Object.entries(definition).filter(([, value]) => value !== undefined));
  return runnable(present as ArgumentDefinitionInput, notes);
}

/** Options as `{id, label?, order?}`; a bare text is both. */
function adaptOptions(given: unknown, notes: Notes): ArgumentDefinitionInput['options'] {
  if (given === null || given === undefined) return undefined;
  if (!Array.isArray(given) || given.length > OPTIONS_MAX) {
    notes.dropped(`must be a list of at most ${OPTIONS_MAX} options`);
    return undefined;
  }
  return given.flatMap((raw: unknown, index) => {
    const here = notes.at(`[${index}]`);
    const option = isFields(raw) ? raw : { id: raw, label: raw };
    const id = optionText(option['id']);
    if (id === undefined) {
      here.dropped(`has no id that is a text of at most ${OPTION_TEXT_MAX} characters`);
      return [];
    }
    if (id !== option['id'] || option !== raw) here.adapted(`is the text ${shown(id)}`);
    const label = optionText(option['label']);
    const order = numberIn(option['order']);
    return [{ id, ...(label !== undefined && { label }), ...(Number.isInteger(order) && { order }) }];
  });
}

function optionText(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const text = String(value);
  return text.length <= OPTION_TEXT_MAX ? text : undefined;
}

/** A definition that a task takes: what it would be refused for is taken off, down to a plain input. */
function runnable(definition: ArgumentDefinitionInput, notes: Notes): ArgumentDefinitionInput {
  const kept = { ...definition };
  for (;;) {
    const [error] = normalizeDefinitions([{ ...kept, order: 0 }], { matches }).errors;
    if (error === undefined) return kept;
    const field = error.field.replace(/^.*\./, '') as keyof ArgumentDefinitionInput;
    if (kept[field] !== undefined && field !== 'options') {
      notes.at(field).dropped(`${error.message} (it was ${shown(kept[field])})`);
      delete kept[field];
    } else {
      notes.at('type').adapted(`was ${kept.type}, is input: ${error.message}`);
      kept.type = 'input';
      delete kept.options;
    }
  }
}
