import type { Link } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { globalClient } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { TextLink } from '../../ui/link.tsx';
import { PublicPage } from './public-page.tsx';
import { Loading } from '../../ui/loading.tsx';

/** A page that a link leads to: asks whom the link is for, and says so where it is good for nothing. */
export function LinkPage({
  kind,
  title,
  children,
}: {
  kind: Link['kind'];
  title: string;
  children: (link: Link, token: string) => ReactNode;
}) {
  // behind `#`, where no server sees it
  const token = useLocation({ select: ({ hash }) => hash });
  const link = useQuery({
    queryKey: ['readLink', token],
    queryFn: ({ signal }) => globalClient.readLink({ body: { token }, signal }),
    enabled: token !== '',
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  if (link.data?.kind === kind) return children(link.data, token);
  const useless = token === '' || link.data !== undefined || link.error;
  return (
    <PublicPage title={title} heading={title}>
      {useless ? (
        <>
          <ErrorNotice
            error={
              link.error ??
              new Error(t`This link is not whole: open it again as it was sent, to its last letter.`)
            }
          />
          <TextLink to="/login" size="sm" ta="center">
            {t`To sign in`}
          </TextLink>
        </>
      ) : (
        <Loading height={160} />
      )}
    </PublicPage>
  );
}
