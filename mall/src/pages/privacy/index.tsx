import { Box, Heading } from '@elements';
import type { ReactElement } from 'react';

import { useT } from '../../i18n/t.ts';
import { Page } from '../../ui/page.tsx';

const parts = ['collect', 'use', 'protect', 'rights'] as const;

export default function PrivacyPage(): ReactElement {
  const t = useT();
  return (
    <Page title={t('privacy.title')}>
      <Box className="wrap wrap-narrow stack">
        <Box className="card stack-plain">
          {parts.map((part) => (
            <Box key={part}>
              <Heading level={2} className="h3">
                {t(`privacy.${part}Title`)}
              </Heading>
              <Box className="muted">{t(`privacy.${part}`)}</Box>
            </Box>
          ))}
        </Box>
      </Box>
    </Page>
  );
}
