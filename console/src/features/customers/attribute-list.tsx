import { LockOutlined } from '@ant-design/icons';
import { changeAttributes, getCustomer, revealAttribute } from '@shuke/server/contracts/customers';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { call } from '../../lib/api.ts';
import { useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { When } from '../../ui/formatted.tsx';
import { Card } from '../../ui/page.tsx';
import { Reveal } from '../../ui/reveal.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { rowsAtHand } from '../../ui/table-rows.ts';
import { AttributeForm } from './attribute-form.tsx';
import { useAttributes } from './attribute-text.ts';
import type { Customer } from './customer-page.tsx';
import { useSourceNames } from './source-names.ts';

type Known = Customer['attributes'][number];

/** What is known about a person, who said so when, and saying it by hand. */
export function AttributeList({ customer }: { readonly customer: Customer }) {
  const { t } = useTranslation('customers');
  const may = useCan('customers.write');
  const [editing, setEditing] = useState<{ readonly name: string | null } | null>(null);
  return (
    <Card
      flush
      title={t('attribute.title')}
      hint={t('attribute.hint')}
      extra={may ? <Button onClick={() => setEditing({ name: null })}>{t('attribute.set')}</Button> : undefined}
    >
      <DataTable<Known>
        label={t('attribute.title')}
        rowKey={(attribute) => attribute.name}
        columns={useAttributeColumns(customer, (name) => setEditing({ name }))}
        list={rowsAtHand(customer.attributes)}
        empty={<EmptyState compact title={t('attribute.none')} hint={t('attribute.noneHint')} />}
      />
      {editing === null ? null : (
        <AttributeForm customerId={customer.customerId} name={editing.name} onClose={() => setEditing(null)} />
      )}
    </Card>
  );
}

function useAttributeColumns(customer: Customer, edit: (name: string) => void): Column<Known>[] {
  const { t } = useTranslation('customers');
  const may = useCan('customers.write');
  const { nameOf } = useAttributes();
  const sourceName = useSourceNames();
  const change = useWrite(changeAttributes, { refreshes: [getCustomer] });
  const { customerId } = customer;
  return [
    { key: 'name', title: t('attribute.name'), render: (attribute) => nameOf(attribute.name) },
    {
      key: 'value',
      title: t('attribute.value'),
      render: (attribute) =>
        attribute.isPersonal ? (
          <Reveal
            masked={valueText(attribute.value)}
            label={nameOf(attribute.name)}
            run={async (reason) =>
              (await call(revealAttribute, { params: { customerId, name: attribute.name }, body: { reason } })).value
            }
          />
        ) : (
          t(`choices.${valueText(attribute.value)}`, { defaultValue: valueText(attribute.value) })
        ),
    },
    {
      key: 'source',
      title: t('attribute.source'),
      render: (attribute) => (
        <>
          {sourceName(attribute.sourceId)}{' '}
          {attribute.isLocked ? <LockOutlined aria-label={t('attribute.locked')} /> : null}
        </>
      ),
    },
    { key: 'at', title: t('attribute.saidAt'), render: (attribute) => <When at={attribute.saidAt} /> },
    {
      key: 'act',
      title: '',
      align: 'right',
      render: (attribute) =>
        may ? (
          <>
            <Button type="text" size="small" onClick={() => edit(attribute.name)}>
              {t('edit')}
            </Button>
            <ConfirmAction
              danger
              button={{ type: 'text', size: 'small' }}
              label={t('remove')}
              title={t('attribute.clearTitle', { name: nameOf(attribute.name) })}
              consequence={t('attribute.clearConsequence')}
              confirmLabel={t('remove')}
              run={() =>
                change.mutateAsync({ params: { customerId }, body: { attributes: { [attribute.name]: null } } })
              }
            />
          </>
        ) : null,
    },
  ];
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value === null || value === undefined ? '' : JSON.stringify(value);
}
