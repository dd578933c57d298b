/** Whether a recipe is one of a whole workflow: ours, or with the graph of the reference system. */
export function isWorkflowRecipe(recipe: unknown): boolean {
  if (typeof recipe !== 'object' || recipe === null) return false;
  const { format, workflow, graph, task } = recipe as Record<string, unknown>;
  const isOurs = typeof format === 'string' && format.startsWith('argus/');
  return isOurs ? task === undefined && isObject(workflow) : !isObject(task) && isObject(graph);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
