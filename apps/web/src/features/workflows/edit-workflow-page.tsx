export function NewWorkflowPage() {
  return null;
}
export function EditWorkflowPage() {
  return null;
}
