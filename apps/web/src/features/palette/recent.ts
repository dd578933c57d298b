const KEPT = 8;
const keyOf = (customer: string) => `argus-recent-${customer}`;

export interface Recent {
  to: string;
  title: string;
}

/** Pages of single things that were looked at in this browser, the latest first. */
export function recentPages(customer: string): Recent[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(customer)) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isRecent) : [];
  } catch {
    // somebody else wrote there
    return [];
  }
}

export function keepRecent(customer: string, page: Recent): void {
  const others = recentPages(customer).filter(({ to }) => to !== page.to);
  localStorage.setItem(keyOf(customer), JSON.stringify([page, ...others].slice(0, KEPT)));
}

function isRecent(value: unknown): value is Recent {
  if (typeof value !== 'object' || value === null) return false;
  const { to, title } = value as Partial<Recent>;
  return typeof to === 'string' && to.startsWith('/') && typeof title === 'string';
}
