import { shipOrder } from '@shuke/server/contracts/mall';
import { findOrder, listOrders, orderFigures } from '@shuke/server/contracts/orders';
import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';

interface Parcel {
  readonly carrier: string;
  readonly trackingNo: string;
}

/** Records a parcel of an order of our own mall; the first one makes it shipped. */
export function ShipOrder({ orderId }: { readonly orderId: string }) {
  const { t } = useTranslation('shop');
  const may = useCan('mall.write');
  const [open, setOpen] = useState(false);
  const ship = useWrite(shipOrder, { refreshes: [findOrder, listOrders, orderFigures] });
  if (!may) return null;
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {t('ship.act')}
      </Button>
      <FormDrawer<Parcel>
        title={t('ship.title')}
        open={open}
        onClose={() => setOpen(false)}
        submitLabel={t('ship.confirm')}
        submit={(parcel) => ship.mutateAsync({ params: { orderId }, body: parcel })}
      >
        <p>{t('ship.consequence')}</p>
        <Form.Item name="carrier" label={t('ship.carrier')} rules={[{ required: true, whitespace: true }]}>
          <Input maxLength={40} autoComplete="off" />
        </Form.Item>
        <Form.Item name="trackingNo" label={t('ship.trackingNo')} rules={[{ required: true, whitespace: true }]}>
          <Input maxLength={60} autoComplete="off" />
        </Form.Item>
      </FormDrawer>
    </>
  );
}
