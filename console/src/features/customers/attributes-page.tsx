import { PlusOutlined } from '@ant-design/icons';
import { addAttribute, listAttributes } from '@shuke/server/contracts/customers';
import { Button, Form, Input, Progress, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Count } from '../../ui/formatted.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { Label } from '../../ui/status-tag.tsx';
import { rowsAtHand } from '../../ui/table-rows.ts';
import type { Attribute } from './attribute-text.ts';
import { useSourceNames } from './source-names.ts';

const types = ['text', 'number', 'date', 'boolean', 'choice'] as const;

/** The dimensions of the profile, and how many customers have each filled. */
export function AttributesPage() {
  const { t } = useTranslation('customers');
  const may = useCan('customers.write');
  const answer = useRead(listAttributes, {});
  const [adding, setAdding] = useState(false);
  if (answer.isPending) return <PageSkeleton />;
  if (answer.data === undefined) return <ErrorState error={answer.error} retry={() => void answer.refetch()} />;
  const { items, customers } = answer.data;
  return (
    <Page
      title={t('dimension.title')}
      purpose={t('dimension.purpose')}
      actions={
        may ? (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
            {t('dimension.add')}
          </Button>
        ) : undefined
      }
    >
      {[...Map.groupBy(items, ({ group }) => group)].map(([group, attributes]) => (
        <Group key={group} group={group} attributes={attributes} customers={customers} />
      ))}
      <AddAttribute open={adding} onClose={() => setAdding(false)} />
    </Page>
  );
}

interface GroupProps {
  readonly group: string;
  readonly attributes: readonly Attribute[];
  readonly customers: number;
}

function Group({ group, attributes, customers }: GroupProps) {
  const { t } = useTranslation('customers');
  const sourceName = useSourceNames();
  return (
    <Card flush title={t(`dimensionGroups.${group}`, { defaultValue: group })}>
      <DataTable<Attribute>
        label={t(`dimensionGroups.${group}`, { defaultValue: group })}
        rowKey={(attribute) => attribute.name}
        columns={[
          {
            key: 'name',
            title: t('attribute.name'),
            widthPx: 260,
            render: (attribute) => (
              <span style={{ display: 'inline-flex', gap: 8 }}>
                {attribute.label ?? t(`attributes.${attribute.name}`, { defaultValue: attribute.name })}
                {attribute.isPersonal ? <Label tone="warn">{t('dimension.personal')}</Label> : null}
              </span>
            ),
          },
          {
            key: 'type',
            title: t('dimension.type'),
            widthPx: 120,
            render: (attribute) => t(`types.${attribute.type}`),
          },
          {
            key: 'filled',
            title: t('dimension.filled'),
            align: 'right',
            widthPx: 120,
            render: (attribute) => <Count value={attribute.filled} />,
          },
          {
            key: 'rate',
            title: t('dimension.rate'),
            widthPx: 200,
            render: (attribute) => (
              <Progress
                size="small"
                percent={customers === 0 ? 0 : Math.round((attribute.filled / customers) * 100)}
                aria-label={t('dimension.rate')}
              />
            ),
          },
          {
            key: 'sources',
            title: t('attribute.source'),
            render: (attribute) => attribute.sources.map((sourceId) => sourceName(sourceId)).join(', ') || '—',
          },
        ]}
        list={rowsAtHand(attributes)}
        empty={<EmptyState compact title={t('attribute.none')} />}
      />
    </Card>
  );
}

interface AddValues {
  readonly name: string;
  readonly label: string;
  readonly type: Attribute['type'];
  readonly choices?: string[];
}

function AddAttribute({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation('customers');
  const [form] = Form.useForm<AddValues>();
  const type = Form.useWatch('type', form);
  const add = useWrite(addAttribute, { refreshes: [listAttributes] });
  return (
    <FormDrawer<AddValues>
      title={t('dimension.add')}
      open={open}
      onClose={onClose}
      form={form}
      submit={({ choices = [], ...attribute }) =>
        add.mutateAsync({ body: { ...attribute, choices: attribute.type === 'choice' ? choices : [] } })
      }
      initial={{ type: 'text' }}
    >
      <Form.Item name="label" label={t('dimension.label')} rules={[{ required: true }]}>
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item
        name="name"
        label={t('dimension.code')}
        extra={t('dimension.codeHint')}
        rules={[{ required: true, pattern: /^[a-z][a-z0-9_]{0,62}$/ }]}
      >
        <Input maxLength={63} />
      </Form.Item>
      <Form.Item name="type" label={t('dimension.type')} rules={[{ required: true }]}>
        <Select options={types.map((value) => ({ value, label: t(`types.${value}`) }))} />
      </Form.Item>
      {type === 'choice' ? (
        <Form.Item name="choices" label={t('dimension.choices')} rules={[{ required: true }]}>
          <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[',', ' ']} />
        </Form.Item>
      ) : null}
    </FormDrawer>
  );
}
