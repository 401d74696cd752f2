import { Box, Heading, Txt } from '@elements';
import { platform } from '@platform';
import { useCallback, useEffect, useState } from 'react';
import type { ReactElement } from 'react';

import { call } from '../../api/client.ts';
import type { Payment } from '../../api/types.ts';
import { useT } from '../../i18n/t.ts';
import { formatFen } from '../../lib/money.ts';
import { asApiError } from '../../lib/query.ts';
import { useShop } from '../../lib/shop.ts';
import { toast, toastError } from '../../lib/toast.ts';
import { useLeft } from '../../lib/use-left.ts';
import { formatLeft } from '../../lib/when.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { Price } from '../../ui/price.tsx';
import { Bones, Failed } from '../../ui/states.tsx';

import './index.css';

/** Begins to pay: at once where the platform has a wallet of its own; the sandbox never has one. */
async function startPayment(orderId: string): Promise<Payment> {
  const started = await call('startPayment', { params: { orderId }, body: {} });
  const how = await platform.pay(null);
  if (how === 'paid') platform.replace(`pages/pay-result/index?id=${started.paymentId}`);
  return started;
}

/** The shop's cashier. With the sandbox provider the buyer plays the bank as well. */
export default function PayPage(): ReactElement {
  const t = useT();
  const { order = '' } = platform.usePageParams();
  const [payment, setPayment] = useState<Payment | null>(null);
  const [error, setError] = useState<ReturnType<typeof asApiError> | null>(null);
  const start = useCallback((): void => {
    startPayment(order)
      .then(setPayment)
      .catch((problem: unknown) => setError(asApiError(problem)));
  }, [order]);
  useEffect(start, [start]);
  const retry = (): void => {
    setError(null);
    start();
  };
  return (
    <Page title={t('pay.title')}>
      <Box className="wrap wrap-narrow stack">
        {payment ? (
          <Cashier payment={payment} onPayment={setPayment} />
        ) : error ? (
          <>
            <Failed error={error} onRetry={retry} />
            <ButtonLink kind="quiet" to={`pages/order/index?id=${order}`}>
              {t('pay.seeOrder')}
            </ButtonLink>
          </>
        ) : (
          <Bones heights={[200, 120]} />
        )}
      </Box>
    </Page>
  );
}

function Cashier({ payment, onPayment }: { payment: Payment; onPayment: (payment: Payment) => void }): ReactElement {
  const t = useT();
  const currency = useShop()?.brand.currency;
  const [isBusy, setBusy] = useState(false);
  const leftS = useLeft(payment.payBefore);
  const isOver = leftS !== null && leftS <= 0;
  useEffect(() => {
    if (payment.state === 'paid') platform.replace(`pages/pay-result/index?id=${payment.paymentId}`);
  }, [payment.state, payment.paymentId]);
  const play = async (outcome: 'pay' | 'decline'): Promise<void> => {
    setBusy(true);
    try {
      const next = await call('paySandbox', { params: { paymentId: payment.paymentId }, body: { outcome } });
      if (outcome === 'decline') {
        toast(t('pay.declined'), 'bad');
        onPayment(await call('startPayment', { params: { orderId: payment.orderId }, body: {} }));
      } else {
        platform.replace(`pages/pay-result/index?id=${next.paymentId}`);
      }
    } catch (problem) {
      toastError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Box className="card center pay-card">
        <Box className="small muted">{t('pay.amount')}</Box>
        <Box className="pay-amount">
          <Price amountFen={payment.amountFen} size="l" isInk />
        </Box>
        <Box className="small muted num">{t('pay.order', { orderNo: payment.orderNo })}</Box>
        {leftS === null ? null : (
          <Box className="pay-left small num">
            <Icon name="clock" size="small" />
            <Txt>{isOver ? t('pay.over') : t('pay.left', { left: formatLeft(leftS) })}</Txt>
          </Box>
        )}
      </Box>
      <Box className="card stack-plain">
        <Box className="line line-start">
          <Box className="pay-mark">
            <Icon name="shield" />
          </Box>
          <Box className="grow">
            <Heading level={2} className="h3">
              {t('pay.sandboxTitle')}
            </Heading>
            <Box className="small muted">{t('pay.sandboxBody')}</Box>
          </Box>
        </Box>
        <Button size="big" isWide isDisabled={isBusy || isOver} onTap={() => void play('pay')}>
          {t('pay.pay', { amount: formatFen(payment.amountFen, currency) })}
        </Button>
        <Button kind="quiet" isWide isDisabled={isBusy || isOver} onTap={() => void play('decline')}>
          {t('pay.decline')}
        </Button>
      </Box>
    </>
  );
}
