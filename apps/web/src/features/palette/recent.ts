import { kept } from '../../ui/kept.ts';

const KEPT = 8;
const placeOf = (customer: string) => kept<unknown>('browser', `recent-${customer}`);

export interface Recent {
  to: string;
  title: string;
}

/** Pages of single things that were looked at in this browser, the latest first. */
export function recentPages(customer: string): Recent[] {
  const found = placeOf(customer).read();
  return Array.isArray(found) ? found.filter(isRecent) : [];
}

export function keepRecent(customer: string, page: Recent): void {
  const others = recentPages(customer).filter(({ to }) => to !== page.to);
  placeOf(customer).write([page, ...others].slice(0, KEPT));
}

function isRecent(value: unknown): value is Recent {
  if (typeof value !== 'object' || value === null) return false;
  const { to, title } = value as Partial<Recent>;
  return typeof to === 'string' && to.startsWith('/') && typeof title === 'string';
}
