import { tracePoster } from '@shuke/server/contracts/referral';
import { Button, Modal, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useLocale } from '../../i18n/index.ts';
import { addressOf } from '../../lib/api.ts';
import type { Locale } from '../../lib/format.ts';
import { EmptyState } from '../../ui/states.tsx';

import styles from './referral.module.css';

interface PosterDialogProps {
  readonly trace: { readonly traceId: string; readonly code: string; readonly sharer: string };
  readonly onClose: () => void;
}

/** The poster of a link as the server paints it, to look at and to save. */
export function PosterDialog({ trace, onClose }: PosterDialogProps) {
  const { t } = useTranslation('referral');
  const [language, setLanguage] = useState<Locale>(useLocale());
  const [gone, setGone] = useState(false);
  const address = addressOf(tracePoster, { params: { traceId: trace.traceId }, query: { language } });
  return (
    <Modal
      title={t('poster.title', { name: trace.sharer })}
      open
      width={440}
      onCancel={onClose}
      footer={
        gone ? null : (
          <Button type="primary" href={address} download={`poster-${trace.code}.png`}>
            {t('poster.save')}
          </Button>
        )
      }
    >
      <div className={styles['poster']}>
        <Segmented<Locale>
          value={language}
          options={(['zh-CN', 'en'] as const).map((value) => ({ value, label: t(`common:languages.${value}`) }))}
          onChange={setLanguage}
        />
        {gone ? (
          <EmptyState compact title={t('poster.gone')} hint={t('poster.goneHint')} />
        ) : (
          <img
            key={address}
            src={address}
            width={300}
            height={467}
            alt={t('poster.alt', { name: trace.sharer })}
            onError={() => setGone(true)}
          />
        )}
      </div>
    </Modal>
  );
}
