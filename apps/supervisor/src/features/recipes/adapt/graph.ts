import {
  EDGES_MAX,
  invalid,
  STEPS_MAX,
  type RecipeGraph,
  type RecipeStep,
  type WorkflowEdge,
} from '@argus/contract';
import type { Notes } from './notes.ts';
import { isEmpty, isFields, type Fields } from './values.ts';

/** What the page of the reference system draws in front of the first step. */
const START_NODE = 'START_NODE';
const EVENT_MAX = 64;
const STEP_ID_MAX = 48;

interface Node {
  field: string;
  /** The reference of the task that it runs. */
  task: string;
  name: string;
}

interface Line {
  field: string;
  from: string;
  to: string;
  on: string;
}

/**
 * The graph of a workflow of the reference system. Theirs may go round in circles, and a step runs once for each time that
 * something leads to it; ours do not, so the lines that lead back are dropped, and such a step takes the first. Throws
 * `invalid_input` for what is no graph, or names what is not there: half a graph is worse than none.
 */
export function adaptGraph(recipe: Fields, tasks: ReadonlyMap<string, Fields>, notes: Notes): RecipeGraph {
  const graph = recipe['graph'] as Fields;
  const nodes = nodesOf(graph['nodes'], tasks);
  const { lines, begins } = linesOf(graph['edges'], nodes, notes);
  const named = startsIn(recipe, nodes, lines, begins, notes);
  const { back, reached } = walked(named, lines);

  const nameOf = (key: string) => nodes.get(key)?.name ?? key;
  for (const { field, from, to } of back)
    notes
      .at(field)
      .dropped(
        `leads from "${nameOf(from)}" back to "${nameOf(to)}": workflows do not go round in circles here, use retries of a step or a trigger`,
      );
  for (const [key, { field, name }] of nodes)
    if (!reached.has(key)) notes.at(field).dropped(`"${name}" is never reached from the start`);

  const kept = lines.filter((line) => reached.has(line.from) && !back.has(line));
  const before = Map.groupBy(kept, ({ to }) => to);
  const starts = named.filter((key) => {
    if (before.has(key))
      notes.at('graph').adapted(`"${nameOf(key)}" began a run, and is led to: it no longer begins one`);
    return !before.has(key);
  });

  const ids = idsFor([...nodes].filter(([key]) => reached.has(key)));
  const idOf = (key: string) => ids.get(key) as string;
  const steps = [...ids].map(([key, id]): RecipeStep => {
    const { task, name, field } = nodes.get(key) as Node;
    const joins = new Set(before.get(key)?.map(({ from }) => from)).size > 1;
    if (joins)
      notes
        .at(field)
        .adapted(
          `"${name}" ran once for each step that led to it; here it runs once, after the first (join: any); with join: all it waits for every one`,
        );
    return { id, task, ...(joins && { join: 'any' as const }) };
  });
  const edges = kept.map(({ from, to, on }): WorkflowEdge => ({
    from: idOf(from),
    to: idOf(to),
    ...(on !== 'success' && { on }),
  }));
  const once = new Map(edges.map((edge) => [JSON.stringify(edge), edge]));
  return { steps, edges: [...once.values()], ...(starts.length > 1 && { start: starts.map(idOf) }) };
}

function nodesOf(given: unknown, tasks: ReadonlyMap<string, Fields>): Map<string, Node> {
  if (!Array.isArray(given)) throw invalid('graph.nodes', 'must be a list: the steps of the workflow');
  const nodes = new Map<string, Node>();
  for (const [index, raw] of (given as unknown[]).entries()) {
    const field = `graph.nodes[${index}]`;
    if (!isFields(raw)) throw invalid(field, 'must be an object');
    const { v, value } = raw;
    if (typeof v !== 'string' || v === '')
      throw invalid(`${field}.v`, 'must be the text that edges name it by');
    if (v === START_NODE) continue;
    if (nodes.has(v)) throw invalid(`${field}.v`, `"${v.slice(0, 100)}" is there twice`);
    const within = isFields(value) ? value : {};
    const task = [v, within['id']].find((one) => typeof one === 'string' && tasks.has(one));
    if (typeof task !== 'string')
      throw invalid(
        field,
        String(within['_type']).endsWith('Event')
          ? 'is an event: this is a workflow of the first version; open and save it where it comes from, and export it again'
          : `there is no task "${v.slice(0, 100)}" in this recipe`,
      );
    const { name } = tasks.get(task) as Fields;
    nodes.set(v, { field, task, name: typeof name === 'string' && name !== '' ? name.slice(0, 200) : v });
    if (nodes.size > STEPS_MAX) throw invalid('graph.nodes', `are more than ${STEPS_MAX}`);
  }
  if (nodes.size === 0) throw invalid('graph.nodes', 'is empty: the workflow has no step');
  return nodes;
}

function linesOf(
  given: unknown,
  nodes: ReadonlyMap<string, Node>,
  notes: Notes,
): { lines: Line[]; begins: string[] } {
  if (given !== undefined && !Array.isArray(given)) throw invalid('graph.edges', 'must be a list');
  const list = (given ?? []) as unknown[];
  if (list.length > EDGES_MAX) throw invalid('graph.edges', `are more than ${EDGES_MAX}`);
  const lines: Line[] = [];
  const begins: string[] = [];
  for (const [index, raw] of list.entries()) {
    const field = `graph.edges[${index}]`;
    if (!isFields(raw)) throw invalid(field, 'must be an object');
    const { v, w, value } = raw;
    for (const [name, end] of Object.entries({ v, w }))
      if (typeof end !== 'string' || !(nodes.has(end) || (name === 'v' && end === START_NODE)))
        throw invalid(`${field}.${name}`, `there is no node ${JSON.stringify(end ?? null).slice(0, 100)}`);
    const [from, to] = [v as string, w as string];
    if (from === START_NODE) {
      begins.push(to);
      continue;
    }
    if (!isEmpty(value) && (typeof value !== 'string' || value.length > EVENT_MAX))
      throw invalid(`${field}.value`, `must be the name of an event, of at most ${EVENT_MAX} characters`);
    if (isEmpty(value)) notes.at(`${field}.value`).adapted('names no event, is success');
    lines.push({ field, from, to, on: isEmpty(value) ? 'success' : (value as string) });
  }
  return { lines, begins };
}

/** The nodes that a run begins with. */
function startsIn(
  recipe: Fields,
  nodes: ReadonlyMap<string, Node>,
  lines: readonly Line[],
  begins: readonly string[],
  notes: Notes,
): string[] {
  const given = recipe['start_task_id'] ?? recipe['start_task'];
  const wanted = isFields(given) ? given['id'] : given;
  if (!isEmpty(wanted)) {
    const found = [...nodes].find(([key, { task }]) => key === wanted || task === wanted);
    if (found === undefined)
      throw invalid('start_task_id', `there is no step ${JSON.stringify(wanted).slice(0, 100)}`);
    return [found[0]];
  }
  if (begins.length > 0) return [...new Set(begins)];
  const led = new Set(lines.map(({ to }) => to));
  const first = [...nodes.keys()].filter((key) => !led.has(key));
  if (first.length === 0)
    throw invalid('start_task_id', 'is missing, and something leads to every step: name the first one');
  notes.at('start_task_id').adapted(
    `is missing: a run begins where nothing leads to, with ${first
      .map((key) => `"${nodes.get(key)?.name}"`)
      .join(', ')
      .slice(0, 300)}`,
  );
  return first;
}

/** What is reached from the starts, and the lines that lead back to where a way came through. */
function walked(
  starts: readonly string[],
  lines: readonly Line[],
): { back: Set<Line>; reached: Set<string> } {
  const after = Map.groupBy(lines, ({ from }) => from);
  const back = new Set<Line>();
  const reached = new Set<string>();
  /** Those on the way to where we stand. */
  const open = new Set<string>();
  for (const start of starts) {
    const way = reached.has(start) ? [] : [{ key: start, at: 0 }];
    for (let here = way.at(-1); here !== undefined; here = way.at(-1)) {
      reached.add(here.key);
      open.add(here.key);
      const line = after.get(here.key)?.[here.at++];
      if (line === undefined) {
        open.delete(here.key);
        way.pop();
      } else if (open.has(line.to)) back.add(line);
      else if (!reached.has(line.to)) way.push({ key: line.to, at: 0 });
    }
  }
  return { back, reached };
}

/** A name for each step that says what it runs, by its node. */
function idsFor(nodes: readonly (readonly [string, Node])[]): Map<string, string> {
  const taken = new Set<string>();
  return new Map(
    nodes.map(([key, { name }]) => {
      const plain = name
        .normalize('NFKD')
        .replaceAll(/[^A-Za-z0-9]+/g, '-')
        .toLowerCase()
        .slice(0, STEP_ID_MAX)
        .replaceAll(/^-+|-+$/g, '');
      const base = /^[a-z]/.test(plain) ? plain : plain === '' ? 'step' : `step-${plain}`;
      let id = base;
      for (let count = 2; taken.has(id); count++) id = `${base}-${count}`;
      taken.add(id);
      return [key, id];
    }),
  );
}
