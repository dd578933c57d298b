import { t } from '@lingui/core/macro';
import { ActionIcon } from '@mantine/core';
import { createLink, useMatches } from '@tanstack/react-router';
import type { ComponentProps } from 'react';
import { HelpIcon } from '../../ui/icons.tsx';
import { GUIDE_OF } from './guide-of.ts';

const IconLink = createLink((props: Omit<ComponentProps<'a'>, 'color' | 'style'>) => (
  <ActionIcon component="a" variant="subtle" color="gray" size="lg" {...props} />
));

/** The way to what the guide says about the page in sight. */
export function GuideLink() {
  const path = useMatches({ select: (matches) => matches.at(-1)?.fullPath.replace(/\/$/, '') }) ?? '';
  const [page, anchor] = (GUIDE_OF[path] ?? '').split('#');
  const shown = { 'aria-label': t`Guide`, title: t`What the guide says about this page` };
  if (!page)
    return (
      <IconLink to="/guide" {...shown}>
        <HelpIcon size={18} />
      </IconLink>
    );
  return (
    <IconLink to="/guide/$page" params={{ page }} {...(anchor !== undefined && { hash: anchor })} {...shown}>
      <HelpIcon size={18} />
    </IconLink>
  );
}
