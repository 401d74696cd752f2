import { addLocation, changeLocation, listLocations } from '@shuke/server/contracts/catalog';
import { readTree } from '@shuke/server/contracts/org';
import { Button, Drawer, Form, Input, InputNumber, Radio, Select, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Reply } from '../../lib/api.ts';
import { useRead, useWrite } from '../../lib/query.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { rowsOf } from '../../ui/table-rows.ts';

type Location = Reply<typeof listLocations>['items'][number];
type LocationValues = Omit<Location, 'locationId'>;

/** Warehouses and stores that keep stock. */
export function LocationsDrawer({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation('catalog');
  const locations = useRead(listLocations, {}, { enabled: open });
  const [editing, setEditing] = useState<Location | 'new' | null>(null);
  return (
    <Drawer
      title={t('locations.title')}
      size={640}
      open={open}
      onClose={onClose}
      styles={{ body: { padding: 0 } }}
      extra={
        <Button type="primary" onClick={() => setEditing('new')}>
          {t('locations.create')}
        </Button>
      }
    >
      <DataTable<Location>
        label={t('locations.title')}
        rowKey={(location) => location.locationId}
        columns={[
          { key: 'name', title: t('locations.name'), render: (location) => location.name },
          { key: 'kind', title: t('locations.kind'), render: (location) => t(`locationKinds.${location.kind}`) },
          { key: 'priority', title: t('locations.priority'), align: 'right', render: (location) => location.priority },
          {
            key: 'state',
            title: t('locations.state'),
            render: (location) => (
              <StatusTag tone={location.isEnabled ? 'good' : 'neutral'}>
                {t(location.isEnabled ? 'locations.on' : 'locations.off')}
              </StatusTag>
            ),
          },
          {
            key: 'act',
            title: '',
            align: 'right',
            render: (location) => (
              <Button type="text" size="small" onClick={() => setEditing(location)}>
                {t('edit')}
              </Button>
            ),
          },
        ]}
        list={rowsOf(locations, ({ items }) => items)}
        empty={<EmptyState title={t('locations.empty')} hint={t('locations.emptyHint')} />}
      />
      {editing === null ? null : (
        <LocationForm location={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />
      )}
    </Drawer>
  );
}

/** Makes a place that keeps stock, or changes it. */
export function LocationForm({
  location,
  onClose,
}: {
  readonly location: Location | null;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('catalog');
  const [form] = Form.useForm<LocationValues>();
  const kind = Form.useWatch('kind', form);
  const tree = useRead(readTree, {}, { staleMs: 300_000 });
  const add = useWrite(addLocation, { refreshes: [listLocations] });
  const change = useWrite(changeLocation, { refreshes: [listLocations] });
  const submit = async ({ kind: newKind, storeId, ...content }: LocationValues) => {
    if (location === null)
      await add.mutateAsync({ body: { kind: newKind, storeId: newKind === 'store' ? storeId : null, ...content } });
    else await change.mutateAsync({ params: { locationId: location.locationId }, body: content });
  };
  return (
    <FormDrawer<LocationValues>
      title={t(location === null ? 'locations.create' : 'locations.edit')}
      open
      onClose={onClose}
      form={form}
      submit={submit}
      initial={location ?? { kind: 'warehouse', priority: 100, isEnabled: true }}
    >
      {location === null ? (
        <Form.Item name="kind" label={t('locations.kind')}>
          <Radio.Group
            options={(['warehouse', 'store'] as const).map((value) => ({ value, label: t(`locationKinds.${value}`) }))}
          />
        </Form.Item>
      ) : null}
      {location === null && kind === 'store' ? (
        <Form.Item name="storeId" label={t('locations.store')} rules={[{ required: true }]}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={(tree.data?.stores ?? []).map(({ storeId, name }) => ({ value: storeId, label: name }))}
          />
        </Form.Item>
      ) : null}
      <Form.Item name="name" label={t('locations.name')} rules={[{ required: true }]}>
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item name="priority" label={t('locations.priority')} extra={t('locations.priorityHint')}>
        <InputNumber min={0} max={100_000} precision={0} />
      </Form.Item>
      <Form.Item name="isEnabled" label={t('locations.on')} valuePropName="checked">
        <Switch />
      </Form.Item>
    </FormDrawer>
  );
}
