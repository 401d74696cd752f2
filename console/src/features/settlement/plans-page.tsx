import { PlusOutlined } from '@ant-design/icons';
import { createPlan, listPlans } from '@shuke/server/contracts/settlement';
import { Alert, Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { useLocale } from '../../i18n/index.ts';
import type { Reply } from '../../lib/api.ts';
import { useList, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { useUrlState } from '../../lib/url-state.ts';
import type { Column } from '../../ui/data-table.tsx';
import { useFilters } from '../../ui/filters.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { When, orDash } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { newPlan, planText } from './plan-text.ts';

export type PlanRow = Reply<typeof listPlans>['items'][number];

/** All settlement plans. */
export function PlansPage() {
  const { t } = useTranslation('settlement');
  const may = useCan('settlement.write');
  const [search, change] = useUrlState();
  const filterState = useFilters([]);
  const list = useList(listPlans, {});
  const createOne = useWrite(createPlan, { refreshes: [listPlans] });
  const create = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => change({ new: '1' })}>
      {t('plans.create')}
    </Button>
  );
  return (
    <>
      <ListPage<PlanRow>
        name="settlement-plans"
        title={t('plans.title')}
        purpose={t('plans.purpose')}
        actions={may ? create : undefined}
        filters={[]}
        filterState={filterState}
        columns={usePlanColumns()}
        list={list}
        rowKey={(plan) => plan.planId}
        rowPath={(plan) => `/settlement/plans/${plan.planId}`}
        empty={{ title: t('plans.empty'), hint: t('plans.emptyHint'), action: may ? create : undefined }}
      >
        <Alert type="info" showIcon title={t('plans.rules')} />
      </ListPage>
      <FormDrawer<{ name: string }>
        title={t('plans.create')}
        open={search.get('new') === '1'}
        onClose={() => change({ new: null })}
        submitLabel={t('plans.start')}
        submit={async ({ name }) => {
          const { planId } = await createOne.mutateAsync({ body: { name, content: newPlan } });
          return { leaveFor: `/settlement/plans/${planId}` };
        }}
      >
        <Form.Item name="name" label={t('plan.name')} rules={[{ required: true }]}>
          <Input maxLength={120} placeholder={t('plan.namePlaceholder')} />
        </Form.Item>
      </FormDrawer>
    </>
  );
}

function usePlanColumns(): Column<PlanRow>[] {
  const { t } = useTranslation('settlement');
  const locale = useLocale();
  return [
    {
      key: 'name',
      title: t('plan.name'),
      render: (plan) => <Link to={`/settlement/plans/${plan.planId}`}>{plan.name}</Link>,
    },
    { key: 'status', title: t('plan.status'), render: (plan) => <PlanStatus plan={plan} /> },
    {
      key: 'terms',
      title: t('plan.terms'),
      render: (plan) => {
        const content = plan.published ?? plan.draft;
        return orDash(content === null ? null : planText(t, content, locale));
      },
    },
    {
      key: 'version',
      title: t('plan.version'),
      render: (plan) =>
        orDash(plan.publishedVersion === null ? null : t('plan.versionNo', { version: plan.publishedVersion })),
    },
    { key: 'published', title: t('plan.publishedAt'), render: (plan) => <When at={plan.publishedAt} /> },
  ];
}

/** Whether a plan pays. */
export function PlanStatus({ plan }: { readonly plan: PlanRow }) {
  const { t } = useTranslation('settlement');
  if (plan.status === 'archived') return <StatusTag tone="neutral">{t('statuses.archived')}</StatusTag>;
  if (plan.publishedVersion === null) return <StatusTag tone="warn">{t('statuses.draft')}</StatusTag>;
  if (plan.status === 'paused') return <StatusTag tone="warn">{t('statuses.paused')}</StatusTag>;
  return plan.draft === null ? (
    <StatusTag tone="good">{t('statuses.active')}</StatusTag>
  ) : (
    <StatusTag tone="info">{t('statuses.changed')}</StatusTag>
  );
}
