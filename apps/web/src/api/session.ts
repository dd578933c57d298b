import { atLeast, type Profile, type Role } from '@argus/contract';
import { useSuspenseQuery } from '@tanstack/react-query';
import { profileQuery, useCustomer } from './hooks.ts';

export function useProfile(): Profile {
  return useSuspenseQuery(profileQuery).data;
}

/** The role of who is signed in, in the organization of the page's address. */
export function useRole(): Role {
  const profile = useProfile();
  const customer = useCustomer();
  return profile.customers.find(({ name }) => name === customer)?.role ?? profile.role;
}

/** Whether who is signed in may do what the role may. */
export function useMay(needed: Role): boolean {
  return atLeast(useRole(), needed);
}
