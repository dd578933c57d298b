import { i18n } from '@lingui/core';
import { plural, t } from '@lingui/core/macro';
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import filters from '../../ui/filters.module.css';
import { TextLink } from '../../ui/link.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { GUIDE_GROUPS } from './groups.ts';
import classes from './guide.module.css';
import { GUIDE, loadSections } from './library.ts';
import { searchGuide, type Found } from './search.ts';

const route = getRouteApi('/guide-frame/guide');

/** That it is English, for those who read another language. */
export function LanguageNote() {
  if (i18n.locale === 'en') return null;
  return <Text size="sm" c="dimmed">{t`The guide is in English.`}</Text>;
}

const titleOf = (page: string) => GUIDE.get(page)?.title ?? page;

/** All pages of the guide, and the search in them. */
export function GuideListPage() {
  const { q = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const sections = useQuery({
    queryKey: ['guide-sections'],
    queryFn: loadSections,
    enabled: q !== '',
    staleTime: Infinity,
  });
  const found = sections.data ? searchGuide(sections.data, titleOf, q) : [];
  const count = found.length;
  return (
    <Page title={t`Guide`}>
      <LanguageNote />
      <div className={filters.filters}>
        <SearchInput
          label={t`Search the guide`}
          placeholder={t`Words of the guide: retries, nginx, ARGUS_PORT`}
          value={q}
          onSearch={(text) => void navigate({ search: text === '' ? {} : { q: text }, replace: true })}
        />
        <Text size="sm" c="dimmed" role="status">
          {q !== '' && sections.data && plural(count, { one: '# result', other: '# results' })}
        </Text>
      </div>
      {q === '' ? (
        GUIDE_GROUPS.map(({ title, pages }) => (
          <Panel key={title} title={title}>
            <ul className={classes.list} lang="en">
              {pages.map((page) => (
                <li key={page}>
                  <TextLink to="/guide/$page" params={{ page }} size="sm">
                    {titleOf(page)}
                  </TextLink>
                </li>
              ))}
            </ul>
          </Panel>
        ))
      ) : (
        <Panel>
          <Loaded query={sections}>
            {() =>
              count === 0 ? (
                <EmptyState title={t`Nothing in the guide has all of these words`}>
                  {t`Search for fewer words, or for a part of one.`}
                </EmptyState>
              ) : (
                <ul className={classes.found} lang="en">
                  {found.map((one) => (
                    <FoundSection key={`${one.page}#${one.id}`} found={one} />
                  ))}
                </ul>
              )
            }
          </Loaded>
        </Panel>
      )}
    </Page>
  );
}

function FoundSection({ found: { page, id, heading, excerpt } }: { found: Found }) {
  return (
    <li>
      <TextLink to="/guide/$page" params={{ page }} {...(id !== '' && { hash: id })} size="sm" fw={600}>
        {id === '' ? titleOf(page) : `${titleOf(page)}: ${heading}`}
      </TextLink>
      <Text size="sm" c="dimmed">
        {excerpt.map((piece, index) => (index % 2 === 1 ? <mark key={index}>{piece}</mark> : piece))}
      </Text>
    </li>
  );
}
