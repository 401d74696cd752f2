import { listMembers, tierReport } from '@shuke/server/contracts/loyalty';
import { Button, Select } from 'antd';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Reply } from '../../lib/api.ts';
import { useNow } from '../../lib/now.ts';
import { useList, useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import type { Column } from '../../ui/data-table.tsx';
import { useFilters } from '../../ui/filters.ts';
import type { Filter } from '../../ui/filters.ts';
import { Count, Money, When, orDash } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import { Page } from '../../ui/page.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { Label } from '../../ui/status-tag.tsx';
import { AdjustPoints } from './adjust-points.tsx';
import { GrantTier } from './grant-tier.tsx';
import { useProgramme } from './use-programme.ts';
import type { Programme } from './use-programme.ts';

export type Member = Reply<typeof listMembers>['items'][number];

/** Members of a programme with tier and points. */
export function MembersPage() {
  const { t } = useTranslation('loyalty');
  const { answer, programmes, programme, choose } = useProgramme();
  if (answer.isPending) return <PageSkeleton />;
  if (answer.data === undefined) return <ErrorState error={answer.error} retry={() => void answer.refetch()} />;
  if (programme === null) {
    return (
      <Page title={t('members.title')} purpose={t('members.purpose')}>
        <EmptyState
          title={t('programme.none')}
          hint={t('programme.noneHint')}
          action={<Link to="/loyalty-programme">{t('programme.goTo')}</Link>}
        />
      </Page>
    );
  }
  const switcher =
    programmes.length < 2 ? undefined : (
      <Select
        aria-label={t('programme.title')}
        style={{ minWidth: 180 }}
        value={programme.programmeId}
        options={programmes.map(({ programmeId, name }) => ({ value: programmeId, label: name }))}
        onChange={choose}
      />
    );
  return <Members programme={programme} switcher={switcher} />;
}

const thirtyDaysMs = 30 * 86_400_000;

function Members({ programme, switcher }: { readonly programme: Programme; readonly switcher: ReactNode }) {
  const { t } = useTranslation('loyalty');
  const now = useNow();
  const [until] = useState(() => now.toISOString());
  const from = new Date(Date.parse(until) - thirtyDaysMs).toISOString();
  const { programmeId } = programme;
  const tiers = programme.published?.tiers ?? programme.draft?.tiers ?? [];
  const report = useRead(tierReport, { params: { programmeId }, query: { from, until } });
  const filters: Filter[] = [
    {
      kind: 'choice',
      key: 'tierCode',
      label: t('members.tier'),
      options: tiers.map(({ code, name }) => ({ value: code, label: name })),
    },
  ];
  const filterState = useFilters(filters);
  const list = useList(listMembers, { params: { programmeId }, query: { tierCode: filterState.values['tierCode'] } });
  const rows = report.data?.items ?? [];
  const sum = (pick: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + pick(row), 0);
  return (
    <ListPage<Member>
      name="members"
      title={t('members.title')}
      purpose={t('members.purpose')}
      actions={switcher}
      figures={[
        { label: t('members.members'), value: <Count compact value={sum(({ members }) => members)} /> },
        {
          label: t('members.buyers'),
          value: <Count compact value={sum(({ buyers }) => buyers)} />,
          note: t('members.last30Days'),
        },
        {
          label: t('members.spend'),
          value: <Money compact fen={sum(({ spendMinor }) => spendMinor)} />,
          note: t('members.last30Days'),
        },
        {
          label: t('members.reached'),
          value: <Count compact value={sum(({ reached }) => reached)} />,
          note: t('members.last30Days'),
        },
        {
          label: t('members.lost'),
          value: <Count compact value={sum(({ lost }) => lost)} />,
          note: t('members.last30Days'),
        },
      ]}
      figuresLoading={report.isPending}
      filters={filters}
      filterState={filterState}
      columns={useMemberColumns(programme, new Map(tiers.map(({ code, name }) => [code, name])))}
      list={list}
      rowKey={(member) => member.customerId}
      rowPath={(member) => `/customers/${member.customerId}?tab=membership`}
      empty={{ title: t('members.empty'), hint: t('members.emptyHint') }}
    />
  );
}

function useMemberColumns(programme: Programme, tierNames: ReadonlyMap<string, string>): Column<Member>[] {
  const { t } = useTranslation('loyalty');
  return [
    {
      key: 'name',
      title: t('members.member'),
      render: (member) => <Link to={`/customers/${member.customerId}?tab=membership`}>{member.displayName}</Link>,
    },
    { key: 'phone', title: t('members.phone'), render: (member) => orDash(member.phone) },
    {
      key: 'tier',
      title: t('members.tier'),
      render: (member) =>
        orDash(
          member.tierCode === null ? null : (
            <Label tone="brand">{tierNames.get(member.tierCode) ?? member.tierCode}</Label>
          ),
        ),
    },
    { key: 'since', title: t('members.tierSince'), render: (member) => <When at={member.tierSince} shape="date" /> },
    {
      key: 'until',
      title: t('members.validUntil'),
      render: (member) => <When at={member.grantedUntil ?? member.validUntil} shape="date" />,
    },
    {
      key: 'available',
      title: t('points.available'),
      align: 'right',
      render: (member) => <Count value={member.points?.available} />,
    },
    {
      key: 'pending',
      title: t('points.pending'),
      align: 'right',
      render: (member) => <Count value={member.points?.pending} />,
      optional: true,
    },
    { key: 'joined', title: t('members.joinedAt'), render: (member) => <When at={member.joinedAt} shape="date" /> },
    {
      key: 'act',
      title: '',
      align: 'right',
      render: (member) => <MemberActions member={member} programme={programme} />,
    },
  ];
}

function MemberActions({ member, programme }: { readonly member: Member; readonly programme: Programme }) {
  const { t } = useTranslation('loyalty');
  const may = useCan('loyalty.adjust');
  const [open, setOpen] = useState<'points' | 'tier' | null>(null);
  if (!may) return null;
  return (
    <>
      <Button type="text" size="small" onClick={() => setOpen('points')}>
        {t('points.adjust')}
      </Button>
      <Button type="text" size="small" onClick={() => setOpen('tier')}>
        {t('tier.grant')}
      </Button>
      {open === 'points' ? <AdjustPoints customerId={member.customerId} onClose={() => setOpen(null)} /> : null}
      {open === 'tier' ? (
        <GrantTier customerId={member.customerId} programme={programme} onClose={() => setOpen(null)} />
      ) : null}
    </>
  );
}
