import { Box, Heading, Overlay, Tap } from '@elements';
import type { ReactElement, ReactNode } from 'react';

import { useT } from '../i18n/t.ts';
import { Icon } from './icon.tsx';

/** Slides up from the lower edge. */
export function Sheet({
  title,
  onClose,
  foot,
  children,
}: {
  title: string;
  onClose: () => void;
  foot?: ReactNode;
  children: ReactNode;
}): ReactElement {
  const t = useT();
  return (
    <Overlay label={title} onClose={onClose}>
      <Box className="sheet-head">
        <Heading level={2} className="h2">
          {title}
        </Heading>
        <Tap className="icon-button" label={t('action.close')} onTap={onClose}>
          <Icon name="close" />
        </Tap>
      </Box>
      <Box className="sheet-body">{children}</Box>
      {foot ? <Box className="sheet-foot">{foot}</Box> : null}
    </Overlay>
  );
}
