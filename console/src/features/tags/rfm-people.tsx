import { explainRfm, listRfmCustomers } from '@shuke/server/contracts/tags';
import { Button, Drawer } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useLocale } from '../../i18n/index.ts';
import type { Reply } from '../../lib/api.ts';
import { formatMoney } from '../../lib/format.ts';
import { useRead } from '../../lib/query.ts';
import { CustomerLink } from '../../ui/customer-link.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Count, Money } from '../../ui/formatted.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { Label, StatusTag } from '../../ui/status-tag.tsx';
import { rowsOf } from '../../ui/table-rows.ts';
import { rfmGroupTone } from './rfm-groups.ts';
import type { RfmSelection } from './rfm-groups.ts';

import styles from './rfm.module.css';

type Person = Reply<typeof listRfmCustomers>['items'][number];

const pageSize = 50;

interface RfmPeopleProps {
  /** Null keeps the drawer closed. */
  readonly selection: RfmSelection | null;
  readonly currency: string;
  readonly onClose: () => void;
}

/** The people of a cell, a group or the high-value set, best first, and why each is there. */
export function RfmPeople({ selection, currency, onClose }: RfmPeopleProps) {
  const { t } = useTranslation('tags');
  const key = JSON.stringify(selection);
  const [position, setPosition] = useState({ key, offset: 0 });
  const offset = position.key === key ? position.offset : 0;
  const [explained, setExplained] = useState<Person | null>(null);
  const people = useRead(
    listRfmCustomers,
    {
      query: {
        limit: pageSize,
        offset,
        ...(selection === null ? {} : { r: selection.r, f: selection.f, group: selection.group }),
        ...(selection?.top ? { top: 'true' } : {}),
      },
    },
    { enabled: selection !== null, keepPrevious: true },
  );
  const total = people.data?.total ?? 0;
  const list = {
    ...rowsOf(people, ({ items }) => items),
    isRefreshing: people.isPlaceholderData,
    total: people.data?.total ?? null,
    pageIndex: offset / pageSize,
    hasPrevious: offset > 0,
    hasNext: offset + pageSize < total,
    previous: () => setPosition({ key, offset: Math.max(0, offset - pageSize) }),
    next: () => setPosition({ key, offset: offset + pageSize }),
  };
  return (
    <Drawer
      title={selection === null ? '' : <SelectionTitle selection={selection} />}
      size={920}
      open={selection !== null}
      onClose={onClose}
      styles={{ body: { padding: 0 } }}
    >
      <DataTable<Person>
        label={t('people.title')}
        rowKey={(person) => person.customerId}
        columns={usePersonColumns(currency, setExplained)}
        list={list}
        empty={<EmptyState compact title={t('people.nobody')} />}
      />
      <Explanation person={explained} onClose={() => setExplained(null)} />
    </Drawer>
  );
}

function SelectionTitle({ selection }: { readonly selection: RfmSelection }) {
  const { t } = useTranslation('tags');
  if (selection.group !== undefined) return <>{t(`groups.${selection.group}.name`)}</>;
  if (selection.top) return <>{t('people.top')}</>;
  return <>{t('people.cell', { r: selection.r, f: selection.f })}</>;
}

function usePersonColumns(currency: string, explain: (person: Person) => void): Column<Person>[] {
  const { t } = useTranslation('tags');
  return [
    {
      key: 'name',
      title: t('people.customer'),
      render: (person) => <CustomerLink customerId={person.customerId} name={person.displayName} />,
    },
    {
      key: 'group',
      title: t('rfm.group'),
      render: (person) => <StatusTag tone={rfmGroupTone[person.group]}>{t(`groups.${person.group}.name`)}</StatusTag>,
    },
    {
      key: 'scores',
      title: t('people.scores'),
      render: (person) => (
        <span className={styles['scores']}>
          <Label>R{person.r}</Label>
          <Label>F{person.f}</Label>
          <Label>M{person.m}</Label>
        </span>
      ),
    },
    {
      key: 'weighted',
      title: t('people.weighted'),
      align: 'right',
      render: (person) => <Count value={person.weightedScore} />,
    },
    { key: 'last', title: t('people.lastBought'), render: (person) => person.lastBoughtOn },
    {
      key: 'orders',
      title: t('people.orders'),
      align: 'right',
      render: (person) => <Count value={person.frequency} />,
    },
    {
      key: 'money',
      title: t('people.money'),
      align: 'right',
      render: (person) => <Money fen={person.monetaryMinor} currency={currency} />,
    },
    {
      key: 'why',
      title: '',
      align: 'right',
      render: (person) => (
        <Button type="text" size="small" onClick={() => explain(person)}>
          {t('people.why')}
        </Button>
      ),
    },
  ];
}

function Explanation({ person, onClose }: { readonly person: Person | null; readonly onClose: () => void }) {
  const { t } = useTranslation('tags');
  const locale = useLocale();
  const answer = useRead(
    explainRfm,
    { params: { customerId: person?.customerId ?? 1 } },
    { enabled: person !== null, staleMs: 0 },
  );
  const currency = answer.data?.currency ?? 'CNY';
  const words = (parameters: Record<string, string | number | null>) => {
    const money = (value: string | number | null | undefined) =>
      typeof value === 'number' ? formatMoney(value, locale, { currency }) : '—';
    const { group } = parameters;
    return {
      ...parameters,
      amount: money(parameters['amountMinor']),
      cutMoney: money(parameters['cut']),
      group: typeof group === 'string' ? t(`groups.${group}.name`, { defaultValue: group }) : '',
      // The lowest score has no cut below it.
      context: parameters['cut'] === null ? 'none' : undefined,
    };
  };
  return (
    <Drawer
      title={t('explain.title', { name: person?.displayName ?? '' })}
      size={480}
      open={person !== null}
      onClose={onClose}
    >
      {answer.data === undefined ? (
        answer.isError ? (
          <ErrorState error={answer.error} retry={() => void answer.refetch()} />
        ) : (
          <PageSkeleton />
        )
      ) : (
        <ol className={styles['reasons']}>
          {answer.data.reasons.map(({ code, parameters }) => (
            <li key={code}>
              <strong>{t(`explain.headings.${code}`)}</strong>
              <p>{t(`explain.reasons.${code}`, words(parameters))}</p>
            </li>
          ))}
        </ol>
      )}
    </Drawer>
  );
}
