import { checkBooks, readTrialBalance } from '@shuke/server/contracts/ledger';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Reply } from '../../lib/api.ts';
import { useRead } from '../../lib/query.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { Count, orDash } from '../../ui/formatted.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { rowsOf } from '../../ui/table-rows.ts';
import { AmountIn, useLedgerText } from './ledger-text.tsx';

type Line = Reply<typeof readTrialBalance>['items'][number];
type Check = Reply<typeof checkBooks>['items'][number];

/** Whether the books add up. */
export function BooksPage() {
  const { t } = useTranslation('ledger');
  const text = useLedgerText();
  const balance = useRead(readTrialBalance, {});
  return (
    <Page title={t('books.title')} purpose={t('books.purpose')}>
      <Card flush title={t('books.balance')} hint={t('books.balanceHint')}>
        <DataTable<Line>
          label={t('books.balance')}
          rowKey={(line) => `${line.code} ${line.unit}`}
          columns={[
            {
              key: 'code',
              title: t('account.code'),
              render: (line) => <Link to={`/ledger?code=${line.code}`}>{text.account(line.code)}</Link>,
            },
            { key: 'unit', title: t('account.unit'), render: (line) => text.unit(line.unit) },
            { key: 'side', title: t('books.side'), render: (line) => t(`sides.${line.normalSide}`) },
            {
              key: 'accounts',
              title: t('books.accounts'),
              align: 'right',
              render: (line) => <Count value={line.accounts} />,
            },
            {
              key: 'balance',
              title: t('account.balance'),
              align: 'right',
              render: (line) => <AmountIn unit={line.unit} amount={line.balance} />,
            },
            {
              key: 'held',
              title: t('account.held'),
              align: 'right',
              render: (line) => (line.held === 0 ? orDash(null) : <AmountIn unit={line.unit} amount={line.held} />),
            },
            {
              key: 'debt',
              title: t('account.debt'),
              align: 'right',
              render: (line) => (line.debt === 0 ? orDash(null) : <AmountIn unit={line.unit} amount={line.debt} />),
            },
          ]}
          list={rowsOf(balance, ({ items }) => items)}
          empty={<EmptyState compact title={t('account.empty')} hint={t('account.emptyHint')} />}
        />
      </Card>
      <Checks />
    </Page>
  );
}

function Checks() {
  const { t } = useTranslation('ledger');
  // Recomputing the books costs time: only when asked for.
  const checks = useRead(checkBooks, {}, { enabled: false });
  const run = (
    <Button type="primary" loading={checks.isFetching} onClick={() => void checks.refetch()}>
      {t('books.check')}
    </Button>
  );
  return (
    <Card flush title={t('books.checks')} hint={t('books.checksHint')} extra={run}>
      <DataTable<Check>
        label={t('books.checks')}
        rowKey={(check) => check.check}
        columns={[
          {
            key: 'check',
            title: t('books.rule'),
            render: (check) => t(`checks.${check.check}`, { defaultValue: check.check }),
          },
          {
            key: 'result',
            title: t('books.result'),
            render: (check) => (
              <StatusTag tone={check.faults === 0 ? 'good' : 'bad'}>
                {check.faults === 0 ? t('books.clean') : t('books.faults', { count: check.faults })}
              </StatusTag>
            ),
          },
          { key: 'sample', title: t('books.sample'), render: (check) => orDash(check.sample) },
        ]}
        list={{ ...rowsOf(checks, ({ items }) => items), isLoading: checks.isFetching }}
        empty={<EmptyState compact title={t('books.notChecked')} />}
      />
    </Card>
  );
}
