import type { listOrders } from '@shuke/server/contracts/orders';
import { useTranslation } from 'react-i18next';

import type { Reply } from '../../lib/api.ts';
import { Label, StatusTag } from '../../ui/status-tag.tsx';

export type OrderSummary = Reply<typeof listOrders>['items'][number];

export const orderStatuses = ['placed', 'paid', 'shipped', 'received', 'cancelled', 'refunded'] as const;
export const orderKinds = ['sale', 'return', 'adjustment'] as const;
export const orderFlags = [
  'test',
  'zero_price',
  'cancelled',
  'non_goods',
  'adjustment',
  'duplicate_line',
  'duplicate_order',
  'abnormal_quantity',
  'brushing',
] as const;

const tones = {
  placed: 'info',
  paid: 'brand',
  shipped: 'brand',
  received: 'good',
  cancelled: 'neutral',
  refunded: 'warn',
} as const;

/** How far an order has come. */
export function OrderStatus({ status }: { readonly status: OrderSummary['status'] }) {
  const { t } = useTranslation('orders');
  return <StatusTag tone={tones[status]}>{t(`statuses.${status}`)}</StatusTag>;
}

interface FlagsProps {
  readonly flags: readonly string[];
  readonly isExcluded: boolean;
}

/** What the cleaning rules say about an order or line, and whether it counts. */
export function OrderFlags({ flags, isExcluded }: FlagsProps) {
  const { t } = useTranslation('orders');
  if (flags.length === 0 && !isExcluded) return null;
  return (
    <span style={{ display: 'inline-flex', flexWrap: 'wrap', gap: 4 }}>
      {isExcluded ? <Label tone="bad">{t('order.excluded')}</Label> : null}
      {flags.map((flag) => (
        <Label key={flag} tone="warn">
          {t(`flags.${flag}`, { defaultValue: flag })}
        </Label>
      ))}
    </span>
  );
}
