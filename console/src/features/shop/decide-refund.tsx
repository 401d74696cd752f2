import { decideRefund, listRefunds } from '@shuke/server/contracts/mall';
import { findOrder, listOrders, orderFigures } from '@shuke/server/contracts/orders';
import { Checkbox } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useLocale } from '../../i18n/index.ts';
import type { Reply } from '../../lib/api.ts';
import { formatMoney } from '../../lib/format.ts';
import { useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';

export type Refund = Reply<typeof listRefunds>['items'][number];

/** Pays a requested refund out or refuses it, after saying what that means. */
export function DecideRefund({ refund }: { readonly refund: Refund }) {
  const { t } = useTranslation('shop');
  const locale = useLocale();
  const may = useCan('mall.write');
  const [restock, setRestock] = useState(false);
  const decide = useWrite(decideRefund, { refreshes: [listRefunds, findOrder, listOrders, orderFigures] });
  if (!may || refund.state !== 'requested') return null;
  const params = { refundId: refund.refundId };
  const amount = formatMoney(refund.amountFen, locale);
  return (
    <span style={{ display: 'inline-flex', gap: 8 }}>
      <ConfirmAction
        button={{ size: 'small', type: 'primary' }}
        label={t('refund.pay')}
        title={t('refund.payTitle', { amount })}
        consequence={
          <>
            <p>{t('refund.payConsequence', { amount, count: refund.points })}</p>
            <Checkbox checked={restock} onChange={(event) => setRestock(event.target.checked)}>
              {t('refund.restock')}
            </Checkbox>
          </>
        }
        confirmLabel={t('refund.pay')}
        run={() => decide.mutateAsync({ params, body: { decision: 'pay', restock } })}
      />
      <ConfirmAction
        danger
        button={{ size: 'small' }}
        label={t('refund.refuse')}
        title={t('refund.refuseTitle', { orderNo: refund.orderNo })}
        consequence={t('refund.refuseConsequence')}
        confirmLabel={t('refund.refuse')}
        reason={{ label: t('refund.reply') }}
        run={(reply) => decide.mutateAsync({ params, body: { decision: 'refuse', reply } })}
      />
    </span>
  );
}
