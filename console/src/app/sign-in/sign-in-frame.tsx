import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { AppearanceSwitch, LanguageSwitch } from '../shell/appearance-switch.tsx';
import { BrandMark } from '../shell/section-icon.tsx';
import { LoopArtwork } from './loop-artwork.tsx';

import styles from './sign-in.module.css';

/** The two halves of the sign-in page: what the product is for, and the form. */
export function SignInFrame({
  title,
  purpose,
  children,
}: {
  readonly title: string;
  readonly purpose: string;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <div className={styles['frame']}>
      <aside className={styles['story']}>
        <div className={styles['brand']}>
          <BrandMark sizePx={34} />
          <span>{t('product.name')}</span>
        </div>
        <div className={styles['picture']}>
          <LoopArtwork />
        </div>
        <div className={styles['pitch']}>
          <p className={styles['claim']}>{t('product.claim')}</p>
          <p>{t('signIn.pitch')}</p>
        </div>
      </aside>
      <main className={styles['side']}>
        <div className={styles['switches']}>
          <LanguageSwitch />
          <AppearanceSwitch />
        </div>
        <div className={styles['form']}>
          <h1>{title}</h1>
          <p className={styles['purpose']}>{purpose}</p>
          {children}
        </div>
      </main>
    </div>
  );
}
