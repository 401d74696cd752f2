import { Box, Heading } from '@elements';
import { platform } from '@platform';
import { useEffect } from 'react';
import type { ReactElement } from 'react';

import { call } from '../../api/client.ts';
import type { Payment } from '../../api/types.ts';
import { useT } from '../../i18n/t.ts';
import { useQuery } from '../../lib/query.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { Price } from '../../ui/price.tsx';
import { Bones, Failed } from '../../ui/states.tsx';

import './index.css';

const askAgainMs = 1500;

export default function PayResultPage(): ReactElement {
  const t = useT();
  const { id = '' } = platform.usePageParams();
  const {
    data: payment,
    error,
    reload,
  } = useQuery(`payment:${id}`, () => call('findPayment', { params: { paymentId: id } }));
  const isUndecided = payment?.state === 'open' || payment?.state === 'refunding';
  useEffect(() => {
    if (!isUndecided) return undefined;
    const timer = setTimeout(() => void reload(), askAgainMs);
    return () => clearTimeout(timer);
  }, [isUndecided, reload]);
  return (
    <Page title={t('pay.resultTitle')}>
      <Box className="wrap wrap-narrow stack">
        {payment ? (
          <Result payment={payment} />
        ) : error ? (
          <Failed error={error} onRetry={() => void reload()} />
        ) : (
          <Bones heights={[260]} />
        )}
      </Box>
    </Page>
  );
}

function Result({ payment }: { payment: Payment }): ReactElement {
  const t = useT();
  const { state } = payment;
  const words = {
    paid: t('pay.paid'),
    open: t('pay.waiting'),
    declined: t('pay.declined'),
    closed: t('pay.closed'),
    refunding: t('pay.refunding'),
    refunded: t('pay.refunded'),
  }[state];
  const icon = state === 'paid' ? 'check' : state === 'open' || state === 'refunding' ? 'clock' : 'alert';
  return (
    <Box className="card center result" live>
      <Box className={`result-mark ${state === 'paid' ? 'is-good' : ''}`}>
        <Icon name={icon} size="large" />
      </Box>
      <Heading level={2} className="h1">
        {words}
      </Heading>
      {state === 'paid' ? <Box className="muted">{t('pay.paidBody')}</Box> : null}
      <Box className="result-amount">
        <Price amountFen={payment.amountFen} size="l" isInk />
      </Box>
      <Box className="stack-plain result-ways">
        {state === 'declined' ? (
          <ButtonLink isWide to={`pages/pay/index?order=${payment.orderId}`}>
            {t('action.retry')}
          </ButtonLink>
        ) : null}
        <ButtonLink
          kind={state === 'declined' ? 'quiet' : 'main'}
          isWide
          to={`pages/order/index?id=${payment.orderId}`}
        >
          {t('pay.seeOrder')}
        </ButtonLink>
        {state === 'paid' ? (
          <ButtonLink kind="line" isWide to="pages/share/index">
            {t('pay.shareEarn')}
          </ButtonLink>
        ) : null}
        <ButtonLink kind="quiet" isWide to="pages/home/index">
          {t('action.goShopping')}
        </ButtonLink>
      </Box>
    </Box>
  );
}
