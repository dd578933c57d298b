import { t } from '@lingui/core/macro';
import { numberText } from './locale.ts';

/** How many of a list are shown: `3 of 12`, or `whole`, which names what they are, where nothing is left out. */
export function countText(shown: number, all: number, whole: string): string {
  if (all === 0) return '';
  const [some, total] = [numberText(shown), numberText(all)];
  return shown < all ? t`${some} of ${total}` : whole;
}
