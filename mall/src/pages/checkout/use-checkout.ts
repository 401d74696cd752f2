import { platform } from '@platform';
import { useCallback, useEffect, useRef, useState } from 'react';

import { ApiError, call } from '../../api/client.ts';
import type { Call } from '../../api/types.ts';
import type { Quote } from '../../api/types.ts';
import { t } from '../../i18n/t.ts';
import { loadCart } from '../../lib/cart.ts';
import { asApiError } from '../../lib/query.ts';
import { toast, toastError } from '../../lib/toast.ts';
import { traceCode } from '../../lib/trace-memory.ts';
import { newUuid } from '../../lib/uuid.ts';

type Choice = Pick<Call<'quoteCheckout'>['body'], 'addressId' | 'coupons' | 'points'>;

export interface Checkout {
  readonly quote: Quote | null;
  readonly error: ApiError | null;
  readonly isSubmitting: boolean;
  /** The shop chose the coupons, not the buyer. */
  readonly isBestCoupon: boolean;
  readonly remark: string;
  readonly setRemark: (remark: string) => void;
  readonly choose: (choice: Choice) => void;
  readonly reload: () => void;
  readonly submit: () => Promise<void>;
}

/** What is bought, at which price, with which choices; every change asks the server for a new quote, the last answer counts. */
export function useCheckout(): Checkout {
  const { sku, n } = platform.usePageParams();
  const [choice, setChoice] = useState<Choice>({ coupons: 'best', points: 0 });
  const [{ quote, error }, setAnswer] = useState<Pick<Checkout, 'quote' | 'error'>>({ quote: null, error: null });
  const [isSubmitting, setSubmitting] = useState(false);
  const [remark, setRemark] = useState('');
  const turn = useRef(0);
  // One key per checkout: a repeat after a lost answer gives the same order.
  const submitKey = useRef(newUuid());

  const bodyOf = useCallback(
    (chosen: Choice): Call<'quoteCheckout'>['body'] => ({
      ...chosen,
      ...(sku ? { lines: [{ skuId: sku, quantity: Math.max(1, Number(n) || 1) }] } : {}),
    }),
    [sku, n],
  );
  const ask = useCallback(
    (chosen: Choice): Promise<unknown> => {
      turn.current += 1;
      const mine = turn.current;
      return call('quoteCheckout', { body: bodyOf(chosen) })
        .then((next) => mine === turn.current && setAnswer({ quote: next, error: null }))
        .catch((problem: unknown) => {
          if (mine !== turn.current) return;
          // A choice that has become impossible (a coupon used elsewhere) must not block the checkout.
          if (chosen.coupons !== 'best' && problem instanceof ApiError && problem.code.startsWith('coupon')) {
            toastError(problem);
            setChoice((before) => ({ ...before, coupons: 'best' }));
          } else setAnswer((before) => ({ ...before, error: asApiError(problem) }));
        });
    },
    [bodyOf],
  );
  useEffect(() => {
    void ask(choice);
  }, [ask, choice]);
  platform.useOnShow(() => {
    if (quote) void ask(choice);
  });

  const submit = async (): Promise<void> => {
    if (!quote) return;
    const addressId = quote.address?.addressId;
    if (addressId === undefined) {
      toast(t('checkout.needAddress'));
      return platform.open('pages/address/index?from=checkout');
    }
    setSubmitting(true);
    try {
      const code = traceCode();
      const order = await call('submitOrder', {
        body: {
          ...bodyOf(choice),
          submitKey: submitKey.current,
          addressId,
          quoteHash: quote.quoteHash,
          payableFen: quote.totals.payableFen,
          remark,
          ...(code ? { traceCode: code } : {}),
        },
      });
      void loadCart();
      platform.replace(
        order.can.pay ? `pages/pay/index?order=${order.orderId}` : `pages/order/index?id=${order.orderId}`,
      );
    } catch (problem) {
      toastError(problem);
      if (problem instanceof ApiError && problem.status >= 400 && problem.status < 500) {
        submitKey.current = newUuid();
        await ask(choice);
      }
    } finally {
      setSubmitting(false);
    }
  };
  return {
    quote,
    error,
    isSubmitting,
    isBestCoupon: choice.coupons === 'best',
    remark,
    setRemark,
    choose: (change) => setChoice((before) => ({ ...before, ...change })),
    reload: () => void ask(choice),
    submit,
  };
}
