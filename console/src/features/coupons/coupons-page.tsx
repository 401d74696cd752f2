import { PlusOutlined } from '@ant-design/icons';
import { listTemplates } from '@shuke/server/contracts/coupons';
import { Button, Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { useLocale } from '../../i18n/index.ts';
import { useList } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { useTimeZone } from '../../lib/time-zone.ts';
import { useUrlState } from '../../lib/url-state.ts';
import type { Column } from '../../ui/data-table.tsx';
import { useFilters } from '../../ui/filters.ts';
import type { Filter } from '../../ui/filters.ts';
import { Count, Money, Percent } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { offerText, templateTone, validityText } from './coupon-text.ts';
import type { Template } from './coupon-text.ts';
import { TemplateForm } from './template-form.tsx';

/** Coupon templates and what became of them. */
export function CouponsPage() {
  const { t } = useTranslation('coupons');
  const [search, change] = useUrlState();
  const mayWrite = useCan('coupons.write');
  const filters: Filter[] = [
    {
      kind: 'choice',
      key: 'status',
      label: t('template.status'),
      options: (['draft', 'published', 'ended'] as const).map((value) => ({ value, label: t(`statuses.${value}`) })),
    },
  ];
  const filterState = useFilters(filters);
  const list = useList(listTemplates, {
    query: { status: filterState.values['status'] as Template['status'] | undefined },
  });
  const create = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => change({ new: '1' })}>
      {t('list.create')}
    </Button>
  );
  return (
    <>
      <ListPage<Template>
        name="coupons"
        title={t('list.title')}
        purpose={t('list.purpose')}
        actions={mayWrite ? create : undefined}
        filters={filters}
        filterState={filterState}
        columns={useTemplateColumns()}
        list={list}
        rowKey={(template) => template.templateId}
        rowPath={(template) => `/coupons/${template.templateId}`}
        empty={{ title: t('list.empty'), hint: t('list.emptyHint'), action: mayWrite ? create : undefined }}
      />
      <TemplateForm open={search.get('new') === '1'} template={null} onClose={() => change({ new: null })} />
    </>
  );
}

function useTemplateColumns(): Column<Template>[] {
  const { t } = useTranslation('coupons');
  const locale = useLocale();
  const zone = useTimeZone();
  return [
    {
      key: 'name',
      title: t('template.name'),
      render: (template) => <Link to={`/coupons/${template.templateId}`}>{template.terms.name}</Link>,
    },
    { key: 'offer', title: t('template.offer'), render: (template) => offerText(t, template.terms, locale) },
    {
      key: 'status',
      title: t('template.status'),
      render: (template) => (
        <StatusTag tone={templateTone[template.status]}>{t(`statuses.${template.status}`)}</StatusTag>
      ),
    },
    {
      key: 'issued',
      title: t('template.issued'),
      align: 'right',
      render: (template) => <Issued template={template} />,
    },
    {
      key: 'used',
      title: t('template.used'),
      align: 'right',
      render: (template) => <Count value={template.figures.used} />,
    },
    {
      key: 'rate',
      title: t('template.useRate'),
      align: 'right',
      render: (template) => <Percent ratio={template.issued === 0 ? null : template.figures.used / template.issued} />,
    },
    {
      key: 'cost',
      title: t('template.cost'),
      align: 'right',
      render: (template) => <Money fen={template.figures.discountFen} />,
    },
    {
      key: 'validity',
      title: t('template.validity'),
      render: (template) => validityText(t, template.terms, zone),
      optional: true,
    },
  ];
}

/** How many are out, of how many there may be. */
export function Issued({ template }: { readonly template: Template }) {
  const { t } = useTranslation('coupons');
  if (template.ceiling === null) return <Count value={template.issued} />;
  return (
    <span style={{ display: 'inline-grid', minWidth: 132 }}>
      <span>
        <Count value={template.issued} /> / <Count value={template.ceiling} />
      </span>
      <Progress
        size="small"
        showInfo={false}
        percent={template.ceiling === 0 ? 100 : (template.issued / template.ceiling) * 100}
        aria-label={t('template.issued')}
      />
    </span>
  );
}
