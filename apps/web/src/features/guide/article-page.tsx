import { t } from '@lingui/core/macro';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import { NotFound } from '../../app/route-states.tsx';
import { TextLink } from '../../ui/link.tsx';
import { Loaded, Page } from '../../ui/page.tsx';
import { LanguageNote } from './guide-page.tsx';
import classes from './guide.module.css';
import { GUIDE, loadGuidePage } from './library.ts';
import type { Contents } from './parts.ts';
import { Parts } from './shown-parts.tsx';

const route = getRouteApi('/guide-frame/guide/$page');

/** A page of the guide. */
export function ArticlePage() {
  const { page } = route.useParams();
  const contents = GUIDE.get(page);
  if (!contents) return <NotFound />;
  return <Article key={page} page={page} contents={contents} />;
}

function Article({ page, contents }: { page: string; contents: Contents }) {
  const { hash } = useLocation();
  const article = useQuery({
    queryKey: ['guide-page', page],
    queryFn: () => loadGuidePage(page),
    staleTime: Infinity,
  });
  const isShown = article.data !== undefined;
  useEffect(() => {
    // the text comes after the address
    if (!isShown || hash === '') return;
    const heading = document.getElementById(hash);
    if (heading === null) return;
    heading.scrollIntoView();
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }, [hash, isShown]);
  const { title, headings } = contents;
  return (
    <Page title={title} lang="en" parent={<TextLink to="/guide">{t`Guide`}</TextLink>}>
      <LanguageNote />
      <div className={classes.page}>
        {headings.length > 1 && (
          <details className={classes.folded}>
            <summary>{t`Contents`}</summary>
            <Headings contents={contents} page={page} />
          </details>
        )}
        <article className={classes.text} lang="en">
          <Loaded query={article}>{(data) => <Parts parts={data?.body ?? []} />}</Loaded>
        </article>
        {headings.length > 1 && (
          <div className={classes.aside}>
            <Headings contents={contents} page={page} />
          </div>
        )}
      </div>
    </Page>
  );
}

function Headings({ contents, page }: { contents: Contents; page: string }) {
  return (
    <nav className={classes.contents} aria-label={t`Contents`}>
      <ul lang="en">
        {contents.headings.map(({ id, text, level }) => (
          <li key={id} data-level={level}>
            <TextLink to="/guide/$page" params={{ page }} hash={id} size="sm">
              {text}
            </TextLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
