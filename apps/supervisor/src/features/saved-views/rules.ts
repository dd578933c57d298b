import { ArgusError, atLeast, type Role } from '@argus/contract';

interface Owned {
  user_id: string;
  shared: boolean;
}

interface Person {
  userId: string | null;
  role: Role;
}

/** Whether somebody has a view: it is theirs, or shared. */
export function hasView({ user_id, shared }: Owned, { userId }: Person): boolean {
  return shared || user_id === userId;
}

/** Whether somebody may change or delete a view that they have: theirs, and as an admin what others share. */
export function mayChangeView(view: Owned, person: Person): boolean {
  return view.user_id === person.userId || (view.shared && atLeast(person.role, 'admin'));
}

/** Refuses to let those share who may only look. */
export function assertMayShare({ role }: Person): void {
  if (!atLeast(role, 'user'))
    throw new ArgusError('forbidden', 'Sharing a view is for the role user and above: keep it for yourself.');
}
