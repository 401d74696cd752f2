import { Area, Box, Heading, Pic, Tap } from '@elements';
import { platform } from '@platform';
import { useEffect, useMemo, useState } from 'react';
import type { ReactElement } from 'react';

import { call } from '../../api/client.ts';
import type { Order, Reply } from '../../api/types.ts';
import { useT } from '../../i18n/t.ts';
import { formatFen } from '../../lib/money.ts';
import { putQuery, useQuery } from '../../lib/query.ts';
import { useShop } from '../../lib/shop.ts';
import { toast, toastError } from '../../lib/toast.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { Price } from '../../ui/price.tsx';
import { Bones, Failed } from '../../ui/states.tsx';
import { Stepper } from '../../ui/stepper.tsx';

const reasons = ['unwanted', 'wrong', 'broken', 'different', 'other'] as const;

export default function RefundPage(): ReactElement {
  const t = useT();
  const { id = '' } = platform.usePageParams();
  const { data, error, reload } = useQuery(`order:${id}`, () => call('findOrder', { params: { orderId: id } }));
  if (data) return <Form order={data} />;
  return (
    <Page title={t('refund.title')}>
      {error ? <Failed error={error} onRetry={() => void reload()} /> : <Bones heights={[160, 120]} />}
    </Page>
  );
}

function Form({ order }: { order: Order }): ReactElement {
  const t = useT();
  const [kind, setKind] = useState<'refund_only' | 'return'>(order.shippedAt ? 'return' : 'refund_only');
  const [pieces, setPieces] = useState<Readonly<Record<number, number>>>({});
  const [reason, setReason] = useState<(typeof reasons)[number]>('unwanted');
  const [description, setDescription] = useState('');
  const [isBusy, setBusy] = useState(false);
  const lines = useMemo(
    () => order.lines.flatMap(({ lineNo }) => (pieces[lineNo] ? [{ lineNo, quantity: pieces[lineNo] }] : [])),
    [order, pieces],
  );
  const quote = useRefundQuote(order.orderId, lines);

  const submit = async (): Promise<void> => {
    if (lines.length === 0) return toast(t('refund.nothing'));
    setBusy(true);
    try {
      const next = await call('requestRefund', {
        params: { orderId: order.orderId },
        body: { kind, lines, reason: t(`refund.reason.${reason}`), description },
      });
      putQuery(`order:${order.orderId}`, next);
      toast(t('refund.done'), 'good');
      platform.back();
    } catch (error) {
      toastError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Page
      title={t('refund.title')}
      isBarNarrow
      bar={<Bar quote={quote} isBusy={isBusy || lines.length === 0} onSubmit={() => void submit()} />}
    >
      <Box className="wrap wrap-narrow stack">
        <Box className="card stack-plain">
          <Heading level={2} className="h3">
            {t('refund.kind')}
          </Heading>
          <Box className="spec-values" role="radiogroup" label={t('refund.kind')}>
            {(['refund_only', 'return'] as const).map((each) => (
              <Tap
                key={each}
                className={`chip ${each === kind ? 'is-on' : ''}`}
                role="radio"
                isOn={each === kind}
                onTap={() => setKind(each)}
              >
                {t(`refund.${each}`)}
              </Tap>
            ))}
          </Box>
        </Box>
        <Box className="card stack-plain">
          <Heading level={2} className="h3">
            {t('refund.pieces')}
          </Heading>
          {order.lines.map((line) => (
            <Box key={line.lineNo} className="line">
              <Box className="thumb thumb-small">
                <Pic src={line.pictureUrl} alt="" width={64} />
              </Box>
              <Box className="grow">
                <Box className="small clip2">{line.title}</Box>
                <Box className="tiny muted">
                  {line.spec} ×{line.quantity - line.refundedQuantity}
                </Box>
              </Box>
              <Stepper
                value={pieces[line.lineNo] ?? 0}
                least={0}
                most={line.quantity - line.refundedQuantity}
                label={`${line.title} ${t('product.quantity')}`}
                onChange={(value) => setPieces((before) => ({ ...before, [line.lineNo]: value }))}
              />
            </Box>
          ))}
        </Box>
        <Box className="card stack-plain">
          <Heading level={2} className="h3">
            {t('refund.reason')}
          </Heading>
          <Box className="spec-values" role="radiogroup" label={t('refund.reason')}>
            {reasons.map((each) => (
              <Tap
                key={each}
                className={`chip ${each === reason ? 'is-on' : ''}`}
                role="radio"
                isOn={each === reason}
                onTap={() => setReason(each)}
              >
                {t(`refund.reason.${each}`)}
              </Tap>
            ))}
          </Box>
          <Area
            label={t('refund.description')}
            value={description}
            onChange={setDescription}
            placeholder={t('refund.descriptionHint')}
            maxLength={300}
          />
        </Box>
      </Box>
    </Page>
  );
}

function useRefundQuote(orderId: string, lines: { lineNo: number; quantity: number }[]): Reply<'quoteRefund'> | null {
  const [quote, setQuote] = useState<Reply<'quoteRefund'> | null>(null);
  useEffect(() => {
    if (lines.length === 0) return undefined;
    let isWanted = true;
    call('quoteRefund', { params: { orderId }, body: { lines } })
      .then((answer) => isWanted && setQuote(answer))
      .catch((error: unknown) => isWanted && toastError(error));
    return () => {
      isWanted = false;
    };
  }, [orderId, lines]);
  return lines.length === 0 ? null : quote;
}

function Bar({
  quote,
  isBusy,
  onSubmit,
}: {
  quote: Reply<'quoteRefund'> | null;
  isBusy: boolean;
  onSubmit: () => void;
}): ReactElement {
  const t = useT();
  const currency = useShop()?.brand.currency;
  const extras = quote
    ? [
        quote.freightFen > 0 ? t('refund.includesFreight', { amount: formatFen(quote.freightFen, currency) }) : '',
        quote.points > 0 ? t('refund.points', { points: quote.points }) : '',
        quote.couponReturned ? t('refund.coupon') : '',
      ].filter(Boolean)
    : [];
  return (
    <>
      <Box className="grow" live>
        <Box className="tiny muted">{t('refund.amount')}</Box>
        <Price amountFen={quote?.amountFen ?? 0} size="m" />
        {extras.length > 0 ? <Box className="tiny muted num">{extras.join(' · ')}</Box> : null}
      </Box>
      <Button size="big" isDisabled={isBusy} onTap={onSubmit}>
        {t('refund.submit')}
      </Button>
    </>
  );
}
