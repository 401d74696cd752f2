import { Box, Go, Heading, Tap, Txt } from '@elements';
import { platform } from '@platform';
import type { ReactElement } from 'react';

import { call } from '../../api/client.ts';
import { languageStore, setLanguage } from '../../i18n/language.ts';
import { useT } from '../../i18n/t.ts';
import { bigTextStore, setBigText } from '../../lib/big-text.ts';
import { loadCart } from '../../lib/cart.ts';
import { confirm } from '../../lib/confirm.ts';
import { useMember } from '../../lib/member.ts';
import { dropQueries, putQuery, useQuery } from '../../lib/query.ts';
import { useStore } from '../../lib/store.ts';
import { toast, toastError } from '../../lib/toast.ts';
import { Button } from '../../ui/button.tsx';
import { Switch } from '../../ui/check.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';

export default function SettingsPage(): ReactElement {
  const t = useT();
  const isBig = useStore(bigTextStore);
  const { member } = useMember();
  return (
    <Page title={t('settings.title')}>
      <Box className="wrap wrap-narrow stack">
        <Box className="card card-flat">
          <Languages />
          <Box className="list-row">
            <Box className="grow">
              <Box>{t('settings.bigText')}</Box>
              <Box className="tiny muted">{t('settings.bigTextBody')}</Box>
            </Box>
            <Switch isOn={isBig} label={t('settings.bigText')} onTap={() => setBigText(!isBig)} />
          </Box>
          <Go className="list-row" to="pages/privacy/index">
            <Txt>{t('settings.privacy')}</Txt>
            <Box className="list-end">
              <Icon name="chevron" size="small" />
            </Box>
          </Go>
        </Box>
        {member ? (
          <>
            <Marketing />
            <SignOut />
          </>
        ) : null}
      </Box>
    </Page>
  );
}

function Languages(): ReactElement {
  const t = useT();
  const current = useStore(languageStore);
  const names = [
    { language: 'zh-CN', name: '中文' },
    { language: 'en', name: 'English' },
  ] as const;
  return (
    <Box className="list-row is-first" role="radiogroup" label={t('settings.language')}>
      <Txt>{t('settings.language')}</Txt>
      <Box className="list-end">
        {names.map(({ language, name }) => (
          <Tap
            key={language}
            className={`chip ${language === current ? 'is-on' : ''}`}
            role="radio"
            isOn={language === current}
            onTap={() => {
              setLanguage(language);
              // Names of tiers, promotions and refusals come in the language asked for.
              dropQueries();
            }}
          >
            {name}
          </Tap>
        ))}
      </Box>
    </Box>
  );
}

function Marketing(): ReactElement {
  const t = useT();
  const { data } = useQuery('consent', () => call('getMarketingConsent', {}));
  const refused = data?.refused ?? [];
  const isAllowed = (channel: 'inbox' | 'email'): boolean => !refused.includes(channel) && !refused.includes('all');
  const set = async (channel: 'inbox' | 'email'): Promise<void> => {
    const channels = ['inbox', 'email'] as const;
    const next = channels.filter((each) => (each === channel ? isAllowed(each) : !isAllowed(each)));
    try {
      putQuery('consent', await call('setMarketingConsent', { body: { refused: next } }));
      toast(t('settings.saved'), 'good');
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <Box className="card stack-plain">
      <Heading level={2} className="h3">
        {t('settings.marketing')}
      </Heading>
      <Box className="small muted">{t('settings.marketingBody')}</Box>
      {(['inbox', 'email'] as const).map((channel) => (
        <Box key={channel} className="line">
          <Txt>{t(`settings.marketing.${channel}`)}</Txt>
          <Switch
            isOn={data !== undefined && isAllowed(channel)}
            label={`${t('settings.marketing')}: ${t(`settings.marketing.${channel}`)}`}
            onTap={() => void set(channel)}
          />
        </Box>
      ))}
    </Box>
  );
}

function SignOut(): ReactElement {
  const t = useT();
  const leave = async (): Promise<void> => {
    const isSure = await confirm({
      title: t('settings.signOutTitle'),
      body: t('settings.signOutBody'),
      yes: t('settings.signOut'),
    });
    if (!isSure) return;
    try {
      await call('signOut', {});
      dropQueries();
      await loadCart();
      toast(t('settings.signedOut'));
      platform.openTab('pages/me/index');
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <Button kind="quiet" isWide onTap={() => void leave()}>
      {t('settings.signOut')}
    </Button>
  );
}
