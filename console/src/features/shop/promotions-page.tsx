import { PlusOutlined } from '@ant-design/icons';
import { addPromotion, listPromotions } from '@shuke/server/contracts/mall';
import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { useLocale } from '../../i18n/index.ts';
import { useNow } from '../../lib/now.ts';
import { useList, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { useUrlState } from '../../lib/url-state.ts';
import type { Column } from '../../ui/data-table.tsx';
import { useFilters } from '../../ui/filters.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { When } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import { Label, StatusTag } from '../../ui/status-tag.tsx';
import { newPromotion, promotionState, promotionTone, reductionText } from './promotion-text.ts';
import type { PromotionRow } from './promotion-text.ts';

/** Full reductions of the mall and whether they run. */
export function PromotionsPage() {
  const { t } = useTranslation('shop');
  const may = useCan('mall.write');
  const [search, change] = useUrlState();
  const filterState = useFilters([]);
  const list = useList(listPromotions, {});
  const add = useWrite(addPromotion, { refreshes: [listPromotions] });
  const create = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => change({ new: '1' })}>
      {t('promotions.create')}
    </Button>
  );
  return (
    <>
      <ListPage<PromotionRow>
        name="promotions"
        title={t('promotions.title')}
        purpose={t('promotions.purpose')}
        actions={may ? create : undefined}
        filters={[]}
        filterState={filterState}
        columns={usePromotionColumns()}
        list={list}
        rowKey={({ promotionId }) => promotionId}
        rowPath={({ promotionId }) => `/promotions/${promotionId}`}
        empty={{ title: t('promotions.empty'), hint: t('promotions.emptyHint'), action: may ? create : undefined }}
      />
      <FormDrawer<{ name: string }>
        title={t('promotions.create')}
        open={search.get('new') === '1'}
        onClose={() => change({ new: null })}
        submitLabel={t('promotions.start')}
        submit={async ({ name }) => {
          const { promotionId } = await add.mutateAsync({ body: { name, content: newPromotion(new Date()) } });
          return { leaveFor: `/promotions/${promotionId}` };
        }}
      >
        <Form.Item
          name="name"
          label={t('promotion.name')}
          extra={t('promotion.nameHint')}
          rules={[{ required: true, whitespace: true }]}
        >
          <Input maxLength={40} placeholder={t('promotion.namePlaceholder')} />
        </Form.Item>
      </FormDrawer>
    </>
  );
}

function usePromotionColumns(): Column<PromotionRow>[] {
  const { t } = useTranslation('shop');
  const locale = useLocale();
  const shown = ({ published, draft }: PromotionRow) => published ?? draft;
  return [
    {
      key: 'name',
      title: t('promotion.name'),
      render: (promotion) => <Link to={`/promotions/${promotion.promotionId}`}>{promotion.name}</Link>,
    },
    { key: 'state', title: t('promotion.state'), render: (promotion) => <PromotionStatus promotion={promotion} /> },
    {
      key: 'reduction',
      title: t('promotion.reduction'),
      render: (promotion) => {
        const content = shown(promotion);
        return content === null ? '—' : reductionText(t, content, locale);
      },
    },
    {
      key: 'scope',
      title: t('promotion.scope'),
      render: (promotion) => {
        const content = shown(promotion);
        return content === null ? '—' : <ScopeText content={content} />;
      },
    },
    {
      key: 'startsAt',
      title: t('promotion.startsAt'),
      render: (promotion) => <When at={shown(promotion)?.startsAt} />,
    },
    { key: 'endsAt', title: t('promotion.endsAt'), render: (promotion) => <When at={shown(promotion)?.endsAt} /> },
    {
      key: 'coupons',
      title: t('promotion.coupons'),
      optional: true,
      render: (promotion) => t(shown(promotion)?.stacksWithCoupons ? 'promotion.stacks' : 'promotion.stacksNot'),
    },
  ];
}

/** What goods a promotion is about, in numbers. */
export function ScopeText({ content }: { readonly content: NonNullable<PromotionRow['draft']> }) {
  const { t } = useTranslation('shop');
  const parts = [
    content.categoryIds.length > 0 ? t('promotion.categoryCount', { count: content.categoryIds.length }) : '',
    content.productIds.length > 0 ? t('promotion.productCount', { count: content.productIds.length }) : '',
  ].filter(Boolean);
  return <>{parts.length === 0 ? t('promotion.everything') : parts.join(t('fields.separator'))}</>;
}

/** Whether a promotion takes anything off now, and whether a draft waits beside what runs. */
export function PromotionStatus({ promotion }: { readonly promotion: PromotionRow }) {
  const { t } = useTranslation('shop');
  const state = promotionState(promotion, useNow());
  return (
    <>
      <StatusTag tone={promotionTone[state]}>{t(`promotionStates.${state}`)}</StatusTag>{' '}
      {promotion.published === null || promotion.draft === null ? null : <Label>{t('promotion.hasDraft')}</Label>}
    </>
  );
}
