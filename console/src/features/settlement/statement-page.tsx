import { getStatement, listStatementLines } from '@shuke/server/contracts/settlement';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';

import { useLocale } from '../../i18n/index.ts';
import type { Reply } from '../../lib/api.ts';
import { useList, useRead } from '../../lib/query.ts';
import { CustomerLink } from '../../ui/customer-link.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Count, Money, When } from '../../ui/formatted.tsx';
import { Card, Facts, Page } from '../../ui/page.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { Label } from '../../ui/status-tag.tsx';
import { reasonKey, reasonValues } from './line-reason.ts';
import { StatementState } from './statements-page.tsx';

import styles from './settlement.module.css';

type Line = Reply<typeof listStatementLines>['items'][number];

/** One statement, line by line with the rule that made each. */
export function StatementPage() {
  const { t } = useTranslation('settlement');
  const { statementId = '' } = useParams();
  const answer = useRead(getStatement, { params: { statementId } });
  const lines = useList(listStatementLines, { params: { statementId }, query: { limit: 50 } });
  const columns = useLineColumns();
  if (answer.isPending) return <PageSkeleton />;
  if (answer.data === undefined) return <ErrorState error={answer.error} retry={() => void answer.refetch()} />;
  const statement = answer.data;
  return (
    <Page
      title={t('statement.title', { month: statement.periodOn.slice(0, 7) })}
      badges={<StatementState state={statement.state} />}
      back={{ label: t('statements.title'), path: '/settlement/statements' }}
    >
      {statement.disputeReason === null ? null : (
        <Alert type="warning" showIcon title={t('statement.disputed')} description={statement.disputeReason} />
      )}
      {statement.totalMinor < 0 ? <Alert type="info" showIcon title={t('statement.negative')} /> : null}
      <Card>
        <Facts
          items={[
            [
              t('partner.name'),
              <CustomerLink key="partner" customerId={statement.partnerCustomerId} name={statement.partner} />,
            ],
            [t('statement.total'), <Money key="total" fen={statement.totalMinor} currency={statement.currency} />],
            [t('statement.lines'), <Count key="lines" value={statement.lines} />],
            [t('statement.createdAt'), <When key="created" at={statement.createdAt} />],
            [t('statement.answeredAt'), <When key="answered" at={statement.answeredAt} />],
          ]}
        />
      </Card>
      <Card flush title={t('statement.lines')} hint={t('statement.linesHint')}>
        <DataTable<Line>
          label={t('statement.lines')}
          rowKey={(line) => line.lineId}
          columns={columns}
          list={lines}
          empty={<EmptyState compact title={t('statement.noLines')} />}
        />
      </Card>
    </Page>
  );
}

function useLineColumns(): Column<Line>[] {
  const { t } = useTranslation('settlement');
  const locale = useLocale();
  return [
    { key: 'at', title: t('line.at'), render: (line) => <When at={line.at} /> },
    {
      key: 'kind',
      title: t('line.kind'),
      render: (line) => (
        <Label tone={line.amountMinor < 0 ? 'warn' : 'neutral'}>
          {t(`lineKinds.${String(line.reason['code'])}`, { defaultValue: t(`kinds.${line.kind}`) })}
        </Label>
      ),
    },
    {
      key: 'amount',
      title: t('line.amount'),
      align: 'right',
      render: (line) => <Money fen={line.amountMinor} currency={line.currency} />,
    },
    {
      key: 'reason',
      title: t('line.reason'),
      render: (line) => (
        <span className={styles['reason']}>
          {t(`lineReasons.${reasonKey(line.reason)}`, {
            ...reasonValues(line.reason, line.currency, locale),
            defaultValue: '—',
          })}
        </span>
      ),
    },
    {
      key: 'version',
      title: t('line.plan'),
      render: (line) => (
        <Link to={`/settlement/plans/${line.planId}`}>{t('plan.versionNo', { version: line.version })}</Link>
      ),
    },
    {
      key: 'order',
      title: t('line.order'),
      render: (line) => <Link to={`/orders/${line.orderId}`}>{line.orderNo ?? t('line.openOrder')}</Link>,
    },
    { key: 'why', title: '', render: (line) => <Link to={`/shares?order=${line.orderId}`}>{t('line.why')}</Link> },
  ];
}
