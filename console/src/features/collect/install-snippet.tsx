import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';

import { CopyText } from '../../ui/copy-text.tsx';
import type { Source } from './sources-page.tsx';

import styles from './collect.module.css';

/** What a developer pastes to send the first event. */
export function snippetsFor(
  kind: Source['kind'],
  { origin, writeKey }: { origin: string; writeKey: string },
): readonly (readonly [string, string])[] {
  const curl = `curl ${origin}/v1/track \\
  -u '${writeKey}:' \\
  -H 'content-type: application/json' \\
  -d '{"anonymousId":"test-1","event":"Product Viewed","properties":{"product_id":"sku-1"}}'`;
  const node = `import { Analytics } from '@segment/analytics-node';

const analytics = new Analytics({ writeKey: '${writeKey}', host: '${origin}' });
analytics.track({ userId: 'member-1', event: 'Product Viewed', properties: { product_id: 'sku-1' } });`;
  const browser = `import { AnalyticsBrowser } from '@segment/analytics-next';

const analytics = AnalyticsBrowser.load(
  { writeKey: '${writeKey}', cdnURL: '${origin}' },
  { integrations: { 'Segment.io': { apiHost: '${new URL(origin).host}/v1', protocol: '${new URL(origin).protocol.slice(0, -1)}' } } },
);
analytics.page();`;
  return kind === 'browser' || kind === 'mini_program'
    ? [
        ['browser', browser],
        ['curl', curl],
      ]
    : [
        ['node', node],
        ['curl', curl],
      ];
}

interface InstallSnippetProps {
  readonly kind: Source['kind'];
  readonly writeKey: string;
}

/** How to send events to a source, ready to paste. */
export function InstallSnippet({ kind, writeKey }: InstallSnippetProps) {
  const { t } = useTranslation('collect');
  return (
    <Tabs
      size="small"
      items={snippetsFor(kind, { origin: window.location.origin, writeKey }).map(([key, code]) => ({
        key,
        label: t(`snippets.${key}`),
        children: (
          <div>
            <pre className={styles['code']} tabIndex={0}>
              {code}
            </pre>
            <CopyText text={code} shown={t('snippets.copy')} />
          </div>
        ),
      }))}
    />
  );
}
