import { Box, Field, Go, Heading } from '@elements';
import { platform } from '@platform';
import { useEffect, useState } from 'react';
import type { ReactElement } from 'react';

import { ApiError, call } from '../../api/client.ts';
import { useT } from '../../i18n/t.ts';
import { loadCart } from '../../lib/cart.ts';
import { dropQueries } from '../../lib/query.ts';
import { useShop } from '../../lib/shop.ts';
import { toast, toastError } from '../../lib/toast.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';

import './index.css';

/** Whether a text can be a phone number: eleven digits in China, or an international number. */
const isPhone = (phone: string): boolean => /^(1\d{10}|\+\d{7,15})$/.test(phone.replace(/[\s-]/g, ''));

export default function SignInPage(): ReactElement {
  const t = useT();
  const shop = useShop();
  const [phone, setPhone] = useState('');
  const [code, setCode] = useState('');
  const [waitS, setWaitS] = useState(0);
  const [sandboxCode, setSandboxCode] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<'phone' | 'code' | null>(null);
  useEffect(() => {
    if (waitS <= 0) return undefined;
    const timer = setTimeout(() => setWaitS(waitS - 1), 1000);
    return () => clearTimeout(timer);
  }, [waitS]);

  const send = async (): Promise<void> => {
    if (!isPhone(phone)) return setProblem('phone');
    setProblem(null);
    try {
      const sent = await call('requestSignInCode', { body: { phone } });
      setWaitS(sent.retryAfterS);
      setSandboxCode(sent.sandboxCode);
    } catch (error) {
      if (error instanceof ApiError && typeof error.details.retryAfterS === 'number')
        setWaitS(error.details.retryAfterS);
      toastError(error);
    }
  };
  const submit = async (): Promise<void> => {
    if (!isPhone(phone)) return setProblem('phone');
    if (!/^\d{6}$/.test(code)) return setProblem('code');
    setProblem(null);
    setBusy(true);
    try {
      await call('signIn', { body: { phone, code } });
      dropQueries();
      await loadCart();
      toast(t('signIn.done'), 'good');
      platform.back();
    } catch (error) {
      toastError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Page title={t('signIn.title')}>
      <Box className="wrap wrap-narrow stack">
        <Box className="sign-head">
          <Box className="sign-mark">
            <Icon name="user" size="large" />
          </Box>
          <Heading level={2} className="h1">
            {t('signIn.welcome', { shop: shop?.brand.name ?? '' })}
          </Heading>
          <Box className="muted">{t('signIn.body')}</Box>
        </Box>
        <Box className="card stack-plain">
          <Field
            label={t('signIn.phone')}
            type="tel"
            value={phone}
            onChange={setPhone}
            maxLength={20}
            autoComplete="tel"
            problem={problem === 'phone' ? t('signIn.phoneBad') : undefined}
          />
          <Field
            label={t('signIn.code')}
            type="number"
            value={code}
            onChange={setCode}
            maxLength={6}
            autoComplete="one-time-code"
            problem={problem === 'code' ? t('signIn.codeBad') : undefined}
            onEnter={() => void submit()}
            after={
              <Button kind="line" size="small" isDisabled={waitS > 0} onTap={() => void send()}>
                {waitS > 0 ? t('signIn.again', { seconds: waitS }) : t('signIn.send')}
              </Button>
            }
          />
          {sandboxCode ? (
            <Box className="note num" live>
              <Icon name="shield" size="small" />
              {t('signIn.sandbox', { code: sandboxCode })}
            </Box>
          ) : null}
          <Button size="big" isWide isDisabled={isBusy} onTap={() => void submit()}>
            {t('signIn.submit')}
          </Button>
          <Box className="center small muted">
            {t('signIn.agree')}{' '}
            <Go className="text-primary sign-privacy" to="pages/privacy/index">
              {t('signIn.privacy')}
            </Go>
          </Box>
        </Box>
      </Box>
    </Page>
  );
}
