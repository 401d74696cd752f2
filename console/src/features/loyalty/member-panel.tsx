import { customerPoints, customerStanding } from '@shuke/server/contracts/loyalty';
import { Button, Progress } from 'antd';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { useLocale } from '../../i18n/index.ts';
import type { Reply } from '../../lib/api.ts';
import { formatCount, formatMoney } from '../../lib/format.ts';
import { useList, useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { FigureRow } from '../../ui/figure-card.tsx';
import { Count, When, orDash } from '../../ui/formatted.tsx';
import { Card } from '../../ui/page.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { Label } from '../../ui/status-tag.tsx';
import { rowsAtHand } from '../../ui/table-rows.ts';
import { AdjustPoints } from './adjust-points.tsx';

import styles from './loyalty.module.css';

type Standing = Reply<typeof customerStanding>;
type Membership = Standing['memberships'][number];

/** A customer as a member: tier and what is missing for the next, points and their statement, changes of tier. */
export function MemberPanel({ customerId }: { readonly customerId: number }) {
  const { t } = useTranslation('loyalty');
  const may = useCan('loyalty.adjust');
  const standing = useRead(customerStanding, { params: { customerId } });
  const [adjusting, setAdjusting] = useState(false);
  if (standing.isPending) return <PageSkeleton />;
  if (standing.data === undefined) return <ErrorState error={standing.error} retry={() => void standing.refetch()} />;
  const { memberships, points, expiring, tierChanges } = standing.data;
  const soon = expiring[0];
  return (
    <>
      {memberships.map((membership) => (
        <TierCard key={membership.programmeId} membership={membership} />
      ))}
      <FigureRow
        figures={[
          { label: t('points.available'), value: <Count value={points.available} /> },
          {
            label: t('points.pending'),
            value: <Count value={points.pending} />,
            explanation: t('points.pendingExplain'),
          },
          { label: t('points.held'), value: <Count value={points.held} /> },
          { label: t('points.debt'), value: <Count value={points.debt} />, explanation: t('points.debtExplain') },
          {
            label: t('points.expiring'),
            value: <Count value={soon?.points ?? 0} />,
            note: soon === undefined ? undefined : <When at={soon.expiresAt} shape="date" />,
          },
        ]}
      />
      <PointsStatement
        customerId={customerId}
        extra={may ? <Button onClick={() => setAdjusting(true)}>{t('points.adjust')}</Button> : undefined}
      />
      <TierChanges changes={tierChanges} />
      {adjusting ? <AdjustPoints customerId={customerId} onClose={() => setAdjusting(false)} /> : null}
    </>
  );
}

function TierCard({ membership }: { readonly membership: Membership }) {
  const { t } = useTranslation('loyalty');
  const locale = useLocale();
  const missing = membership.next?.missing[0];
  const amount = (value: number) =>
    missing?.kind === 'orders' ? formatCount(value, locale) : formatMoney(value, locale);
  return (
    <section className={styles['card']} aria-label={membership.programme}>
      <p>{membership.programme}</p>
      <strong>{membership.tier?.name ?? t('rehearsal.noTier')}</strong>
      {membership.validUntil === null ? null : (
        <p>
          {t('members.validUntil')} <When at={membership.validUntil} shape="date" />
        </p>
      )}
      {membership.next === null || missing === undefined ? null : (
        <>
          <Progress
            showInfo={false}
            strokeColor="#F59E0B"
            railColor="rgb(255 255 255 / 20%)"
            percent={Math.min((missing.reached / missing.needed) * 100, 100)}
            aria-label={t('members.progress')}
          />
          <p>
            {t('members.toNext', {
              tier: membership.next.name,
              missing: amount(Math.max(missing.needed - missing.reached, 0)),
            })}
          </p>
        </>
      )}
      <p>{membership.benefits.map(({ name }) => name).join(' · ')}</p>
    </section>
  );
}

function PointsStatement({ customerId, extra }: { readonly customerId: number; readonly extra: ReactNode }) {
  const { t } = useTranslation('loyalty');
  const list = useList(customerPoints, { params: { customerId } });
  type Line = Reply<typeof customerPoints>['items'][number];
  return (
    <Card flush title={t('points.statement')} extra={extra}>
      <DataTable<Line>
        label={t('points.statement')}
        rowKey={(line) => `${line.transferId} ${line.balanceAfter}`}
        columns={[
          { key: 'at', title: t('points.at'), render: (line) => <When at={line.enteredAt} /> },
          {
            key: 'reason',
            title: t('points.reason'),
            render: (line) => t(`ledger:reasons.${line.reason}`, { defaultValue: line.reason }),
          },
          {
            key: 'amount',
            title: t('points.change'),
            align: 'right',
            render: (line) => `${line.amount > 0 ? '+' : ''}${line.amount}`,
          },
          {
            key: 'balance',
            title: t('points.balanceAfter'),
            align: 'right',
            render: (line) => <Count value={line.balanceAfter} />,
          },
          { key: 'reference', title: t('points.reference'), render: (line) => orDash(line.reference) },
        ]}
        list={list}
        empty={<EmptyState compact title={t('points.noStatement')} />}
      />
    </Card>
  );
}

function TierChanges({ changes }: { readonly changes: Standing['tierChanges'] }) {
  const { t } = useTranslation('loyalty');
  return (
    <Card flush title={t('tier.changes')}>
      <DataTable<Standing['tierChanges'][number]>
        label={t('tier.changes')}
        rowKey={(change) => change.changeId}
        columns={[
          { key: 'at', title: t('points.at'), render: (change) => <When at={change.changedAt} /> },
          {
            key: 'change',
            title: t('tier.change'),
            render: (change) => (
              <span style={{ display: 'inline-flex', gap: 6, alignItems: 'center' }}>
                <Label>{change.fromTier ?? t('rehearsal.noTier')}</Label> →{' '}
                <Label tone="brand">{change.toTier ?? t('rehearsal.noTier')}</Label>
              </span>
            ),
          },
          {
            key: 'cause',
            title: t('tier.cause'),
            render: (change) => t(`causes.${change.cause}`, { defaultValue: change.cause }),
          },
        ]}
        list={rowsAtHand(changes)}
        empty={<EmptyState compact title={t('tier.noChanges')} />}
      />
    </Card>
  );
}
