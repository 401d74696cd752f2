import { listCockpitPeople } from '@shuke/server/contracts/insights';
import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Reply } from '../../lib/api.ts';
import { useRead } from '../../lib/query.ts';
import { CustomerLink } from '../../ui/customer-link.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Count, Money } from '../../ui/formatted.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { rowsOf } from '../../ui/table-rows.ts';
import { currencyOf } from './figures.tsx';
import type { FigureName } from './figures.tsx';
import type { Period } from './period.ts';

import styles from './cockpit.module.css';

type Person = Reply<typeof listCockpitPeople>['items'][number];

const withoutMoney: ReadonlySet<FigureName> = new Set(['reached', 'opened', 'coupons_issued', 'sharers', 'visitors']);

interface PeopleDrawerProps {
  /** Null keeps the drawer closed. */
  readonly figure: FigureName | null;
  readonly period: Period;
  readonly currency: string;
  readonly onClose: () => void;
}

const mostPeople = 100;

/** The people behind a figure, those who weigh most first. */
export function PeopleDrawer({ figure, period, currency, onClose }: PeopleDrawerProps) {
  const { t } = useTranslation('insights');
  const people = useRead(
    listCockpitPeople,
    { query: { ...period, currency, figure: figure ?? 'gmv', limit: mostPeople } },
    { enabled: figure !== null },
  );
  const columns: Column<Person>[] = [
    {
      key: 'name',
      title: t('people.customer'),
      render: (person) => <CustomerLink customerId={person.customerId} name={person.displayName} />,
    },
    {
      key: 'count',
      title: t('people.times'),
      align: 'right',
      render: (person) => <Count value={person.count} />,
    },
    ...(figure !== null && withoutMoney.has(figure)
      ? []
      : [
          {
            key: 'amount',
            title: t('people.amount'),
            align: 'right' as const,
            render: (person: Person) => (
              <Money fen={person.amountMinor} currency={currencyOf(figure ?? 'gmv', currency)} />
            ),
          },
        ]),
  ];
  return (
    <Drawer
      title={figure === null ? '' : t('people.title', { figure: t(`figures.${figure}`) })}
      size={560}
      open={figure !== null}
      onClose={onClose}
      styles={{ body: { padding: 0 } }}
    >
      <p className={styles['drawerHint']}>
        {t('people.period', { from: period.fromOn, until: period.untilOn, most: mostPeople })}
      </p>
      <DataTable<Person>
        label={t('people.customer')}
        rowKey={(person) => person.customerId}
        columns={columns}
        list={rowsOf(people, ({ items }) => items)}
        empty={<EmptyState compact title={t('people.nobody')} />}
      />
    </Drawer>
  );
}
