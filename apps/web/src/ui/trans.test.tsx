import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { Trans } from '@lingui/react/macro';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';

const html = (hostname: string) =>
  renderToStaticMarkup(
    <I18nProvider i18n={i18n}>
      <Trans>
        The bot <b>{hostname}</b> is gone.
      </Trans>
    </I18nProvider>,
  );

test.each(['<0>x</0>', '<script>alert(1)</script>', '</0>', '<', 'a<b>c', '{x}', "'"])(
  'a name that looks like an element of the sentence stays a name: %s',
  (name) => {
    const escaped = renderToStaticMarkup(<>{name}</>);
    expect(html(name)).toBe(`The bot <b>${escaped}</b> is gone.`);
  },
);
