import { changeStock, countStock, listProducts, listStock, listStockMoves } from '@shuke/server/contracts/catalog';
import { Form, Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { useWrite } from '../../lib/query.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { specText } from './spec-text.ts';

type Reason = 'received' | 'returned' | 'damaged' | 'transferred_out' | 'transferred_in';

interface StockValues {
  readonly reason: Reason;
  readonly quantity: number;
  readonly reference?: string;
}

interface StockPlace {
  readonly skuId: string;
  readonly locationId: number;
  readonly locationName: string;
  readonly title: string;
  readonly spec: Readonly<Record<string, string>>;
  /** Null where it is not known yet. */
  readonly onHand: number | null;
}

interface StockFormProps {
  readonly mode: 'change' | 'count';
  readonly row: StockPlace;
  readonly onClose: () => void;
}

const outward: ReadonlySet<Reason> = new Set(['damaged', 'transferred_out']);

/** Books goods in or out of a place, or sets what was counted there. */
export function StockForm({ mode, row, onClose }: StockFormProps) {
  const { t } = useTranslation('catalog');
  const refreshes = [listStock, listStockMoves, listProducts];
  const change = useWrite(changeStock, { refreshes });
  const count = useWrite(countStock, { refreshes });
  const submit = async ({ reason, quantity, reference = '' }: StockValues) => {
    const place = { skuId: row.skuId, locationId: row.locationId, reference };
    if (mode === 'count') await count.mutateAsync({ body: { ...place, quantity } });
    else
      await change.mutateAsync({
        body: { changes: [{ ...place, reason, quantity: outward.has(reason) ? -quantity : quantity }] },
      });
  };
  return (
    <FormDrawer<StockValues>
      title={t(mode === 'count' ? 'stock.count' : 'stock.change')}
      open
      onClose={onClose}
      submit={submit}
      initial={mode === 'count' ? { quantity: row.onHand ?? 0 } : { reason: 'received' }}
    >
      <p style={{ marginBottom: 16 }}>
        <strong>{row.title}</strong> {specText(row.spec)} · {row.locationName}
        {row.onHand === null ? null : ` · ${t('stock.onHandNow', { count: row.onHand })}`}
      </p>
      {mode === 'change' ? (
        <Form.Item name="reason" label={t('stock.reason')} rules={[{ required: true }]}>
          <Select
            options={(['received', 'returned', 'transferred_in', 'transferred_out', 'damaged'] as const).map(
              (value) => ({
                value,
                label: t(`moveReasons.${value}`),
              }),
            )}
          />
        </Form.Item>
      ) : null}
      <Form.Item
        name="quantity"
        label={t(mode === 'count' ? 'stock.counted' : 'stock.quantity')}
        rules={[{ required: true }]}
      >
        <InputNumber min={mode === 'count' ? 0 : 1} max={1_000_000} precision={0} style={{ width: 160 }} />
      </Form.Item>
      <Form.Item name="reference" label={t('stock.reference')}>
        <Input maxLength={100} placeholder={t('stock.referencePlaceholder')} />
      </Form.Item>
    </FormDrawer>
  );
}
