import { i18n } from '@lingui/core';
import { t } from '@lingui/core/macro';
import { Anchor } from '@mantine/core';
import { createElement, Fragment, type ReactNode } from 'react';
import { CopyIconButton } from '../../ui/copy.tsx';
import { TextLink } from '../../ui/link.tsx';
import classes from './guide.module.css';
import type { Part } from './parts.ts';

/** What the build has made of the markdown, as elements. */
export function Parts({ parts }: { parts: readonly Part[] }) {
  return parts.map((part, index) => <Fragment key={index}>{shown(part)}</Fragment>);
}

function shown(part: Part): ReactNode {
  if (typeof part === 'string') return part;
  const [tag, attributes, ...children] = part;
  const inside = children.length > 0 ? <Parts parts={children} /> : null;
  switch (tag) {
    case 'a':
      return <GuideAnchor {...attributes}>{inside}</GuideAnchor>;
    case 'pre':
      return <Code code={String(attributes['code'])}>{inside}</Code>;
    case 'table':
      return (
        // what is wider than a telephone is scrolled, by keyboard too
        <div className={classes.scrolls} role="group" tabIndex={0} aria-label={t`Table`}>
          <table>{inside}</table>
        </div>
      );
    case 'th':
    case 'td': {
      const { align } = attributes;
      return createElement(tag, align === undefined ? {} : { style: { textAlign: align } }, inside);
    }
    case 'h2':
    case 'h3':
    case 'h4':
      return createElement(
        tag,
        { id: attributes['id'] },
        inside,
        <a href={`#${attributes['id']}`} className={classes.here} aria-hidden="true" tabIndex={-1}>
          #
        </a>,
      );
    case 'img':
      return <img {...attributes} alt={String(attributes['alt'])} loading="lazy" className={classes.image} />;
    default:
      return createElement(tag, attributes, inside);
  }
}

interface AnchorProps {
  /** Of another site. */
  href?: string | number;
  /** Of the guide. */
  page?: string | number;
  anchor?: string | number;
  children?: ReactNode;
}

function GuideAnchor({ href, page, anchor, children }: AnchorProps) {
  if (page === undefined)
    return (
      <Anchor href={String(href)} inherit rel="noreferrer" underline="always">
        {children}
      </Anchor>
    );
  return (
    <TextLink
      to="/guide/$page"
      params={{ page: String(page) }}
      {...(anchor !== undefined && { hash: String(anchor) })}
      inherit
      underline="always"
    >
      {children}
    </TextLink>
  );
}

function Code({ code, children }: { code: string; children: ReactNode }) {
  const first = code.split('\n')[0] ?? '';
  return (
    <div className={classes.code}>
      <pre tabIndex={0} role="group" aria-label={t`Code`}>
        <code>{children}</code>
      </pre>
      <span lang={i18n.locale}>
        <CopyIconButton text={code} label={first} className={classes.copy} />
      </span>
    </div>
  );
}
