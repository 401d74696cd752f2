import { LockOutlined } from '@ant-design/icons';
import { listSources } from '@shuke/server/contracts/collect';
import { useTranslation } from 'react-i18next';

import { useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { When } from '../../ui/formatted.tsx';
import { Card } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { rowsAtHand } from '../../ui/table-rows.ts';
import type { Customer } from './customer-page.tsx';

/** What is known about a person, and who said so when. */
export function AttributeList({ customer }: { readonly customer: Customer }) {
  const { t } = useTranslation('customers');
  const maySources = useCan('collect.read');
  const sources = useRead(listSources, { query: { limit: 200 } }, { enabled: maySources, staleMs: 300_000 });
  const names = new Map(sources.data?.items.map(({ sourceId, name }) => [sourceId, name]));
  return (
    <Card flush title={t('attribute.title')} hint={t('attribute.hint')}>
      <DataTable<Customer['attributes'][number]>
        label={t('attribute.title')}
        rowKey={(attribute) => attribute.name}
        columns={[
          {
            key: 'name',
            title: t('attribute.name'),
            render: (attribute) => t(`attributes.${attribute.name}`, { defaultValue: attribute.name }),
          },
          { key: 'value', title: t('attribute.value'), render: (attribute) => valueText(attribute.value) },
          {
            key: 'source',
            title: t('attribute.source'),
            render: (attribute) => (
              <>
                {names.get(attribute.sourceId) ?? t('attribute.sourceNo', { id: attribute.sourceId })}{' '}
                {attribute.isLocked ? <LockOutlined aria-label={t('attribute.locked')} /> : null}
              </>
            ),
          },
          { key: 'at', title: t('attribute.saidAt'), render: (attribute) => <When at={attribute.saidAt} /> },
        ]}
        list={rowsAtHand(customer.attributes)}
        empty={<EmptyState compact title={t('attribute.none')} hint={t('attribute.noneHint')} />}
      />
    </Card>
  );
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value === null || value === undefined ? '—' : JSON.stringify(value);
}
