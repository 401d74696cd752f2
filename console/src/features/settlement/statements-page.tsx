import { listStatements } from '@shuke/server/contracts/settlement';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Reply } from '../../lib/api.ts';
import { formatInstant } from '../../lib/format.ts';
import { useNow } from '../../lib/now.ts';
import { useList } from '../../lib/query.ts';
import { useTimeZone } from '../../lib/time-zone.ts';
import { CustomerLink } from '../../ui/customer-link.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { useFilters } from '../../ui/filters.ts';
import type { Filter } from '../../ui/filters.ts';
import { Count, Money, When } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import type { Tone } from '../../ui/status-tag.tsx';
import { monthBefore } from './month.ts';
import { CloseMonth } from './partners-page.tsx';

type Statement = Reply<typeof listStatements>['items'][number];

const tones: Readonly<Record<Statement['state'], Tone>> = { open: 'info', accepted: 'good', disputed: 'bad' };

/** What partners were told they are owed, and what they said to it. */
export function StatementsPage() {
  const { t } = useTranslation('settlement');
  const today = formatInstant(useNow(), 'date', useTimeZone());
  const filters: Filter[] = [
    {
      kind: 'choice',
      key: 'state',
      label: t('statement.state'),
      options: (['open', 'accepted', 'disputed'] as const).map((value) => ({ value, label: t(`states.${value}`) })),
    },
    { kind: 'hidden', key: 'partner', label: t('statements.ofPartner') },
  ];
  const filterState = useFilters(filters);
  const { state, partner } = filterState.values;
  const list = useList(listStatements, {
    query: { partnerCustomerId: partner, state: state as Statement['state'] | undefined, limit: 50 },
  });
  const figures = list.page?.figures;
  return (
    <ListPage<Statement>
      name="settlement-statements"
      title={t('statements.title')}
      purpose={t('statements.purpose')}
      actions={<CloseMonth periodOn={monthBefore(today)} />}
      figures={[
        { label: t('statements.title'), value: <Count compact value={figures?.statements} /> },
        {
          label: t('statement.total'),
          value: <Money fen={figures?.totalMinor} />,
        },
        { label: t('states.open'), value: <Count compact value={figures?.open} /> },
        { label: t('states.disputed'), value: <Count compact value={figures?.disputed} /> },
      ]}
      filters={filters}
      filterState={filterState}
      columns={useStatementColumns()}
      list={list}
      rowKey={(statement) => statement.statementId}
      rowPath={(statement) => `/settlement/statements/${statement.statementId}`}
      empty={{ title: t('statements.empty'), hint: t('statements.emptyHint') }}
    />
  );
}

function useStatementColumns(): Column<Statement>[] {
  const { t } = useTranslation('settlement');
  return [
    {
      key: 'month',
      title: t('statement.month'),
      render: (statement) => (
        <Link to={`/settlement/statements/${statement.statementId}`}>{statement.periodOn.slice(0, 7)}</Link>
      ),
    },
    {
      key: 'partner',
      title: t('partner.name'),
      render: (statement) => <CustomerLink customerId={statement.partnerCustomerId} name={statement.partner} />,
    },
    {
      key: 'total',
      title: t('statement.total'),
      align: 'right',
      render: (statement) => <Money fen={statement.totalMinor} currency={statement.currency} />,
    },
    {
      key: 'lines',
      title: t('statement.lines'),
      align: 'right',
      render: (statement) => <Count value={statement.lines} />,
    },
    { key: 'state', title: t('statement.state'), render: (statement) => <StatementState state={statement.state} /> },
    { key: 'created', title: t('statement.createdAt'), render: (statement) => <When at={statement.createdAt} /> },
    { key: 'answered', title: t('statement.answeredAt'), render: (statement) => <When at={statement.answeredAt} /> },
  ];
}

/** What the partner said to a statement. */
export function StatementState({ state }: { readonly state: Statement['state'] }) {
  const { t } = useTranslation('settlement');
  return <StatusTag tone={tones[state]}>{t(`states.${state}`)}</StatusTag>;
}
