import { listOrders } from '@shuke/server/contracts/orders';
import { explainAttribution } from '@shuke/server/contracts/referral';
import { Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { useUrlState } from '../../lib/url-state.ts';
import { CustomerLink } from '../../ui/customer-link.tsx';
import { When } from '../../ui/formatted.tsx';
import { Card, Facts } from '../../ui/page.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';

/** Why an order is owed to whom: found by its number, or by the address of the page. */
export function OrderAttribution() {
  const { t } = useTranslation('referral');
  const [search, change] = useUrlState();
  const [wanted, setWanted] = useState('');
  const mayOrders = useCan('orders.read');
  const found = useRead(listOrders, { query: { search: wanted, limit: 1 } }, { enabled: mayOrders && wanted !== '' });
  const foundOrder = found.data?.items[0];
  const orderId = wanted === '' ? search.get('order') : (foundOrder?.orderId ?? null);
  return (
    <Card
      title={t('attribution.title')}
      hint={t('attribution.hint')}
      extra={
        mayOrders ? (
          <Input.Search
            allowClear
            aria-label={t('attribution.orderNo')}
            placeholder={t('attribution.orderNo')}
            style={{ width: 280 }}
            loading={found.isFetching}
            onSearch={(text) => {
              setWanted(text.trim());
              change({ order: null });
            }}
          />
        ) : undefined
      }
    >
      {orderId !== null ? (
        <Explained orderId={orderId} />
      ) : found.isFetched && wanted !== '' ? (
        <EmptyState compact title={t('attribution.noOrder')} />
      ) : (
        <EmptyState compact title={t('attribution.choose')} />
      )}
    </Card>
  );
}

function Explained({ orderId }: { readonly orderId: string }) {
  const { t } = useTranslation('referral');
  const answer = useRead(explainAttribution, { params: { orderId } });
  if (answer.isPending) return <PageSkeleton />;
  if (answer.data === undefined) return <ErrorState error={answer.error} retry={() => void answer.refetch()} />;
  const { attribution } = answer.data;
  if (attribution === null)
    return <EmptyState compact title={t('attribution.none')} hint={t('attribution.noneHint')} />;
  return (
    <>
      <p style={{ marginBottom: 16 }}>{t(`attribution.reasons.${attribution.reason}`)}</p>
      <Facts
        items={[
          [
            t('tree.sharer'),
            <CustomerLink key="sharer" customerId={attribution.sharerCustomerId} name={attribution.sharer} />,
          ],
          [
            t('tree.code'),
            <span key="code" className="mono">
              {attribution.code}
            </span>,
          ],
          [t('attribution.visitedAt'), <When key="visited" at={attribution.visitedAt} shape="second" />],
          [t('attribution.paidAt'), <When key="paid" at={attribution.paidAt} shape="second" />],
          [t('attribution.depth'), t('tree.depth', { depth: attribution.depth })],
          [
            t('attribution.order'),
            <Link key="order" to={`/orders/${orderId}`}>
              {t('attribution.openOrder')}
            </Link>,
          ],
        ]}
      />
    </>
  );
}
