import {
  changeQuantity,
  endTemplate,
  listTemplates,
  publishTemplate,
  readTemplate,
} from '@shuke/server/contracts/coupons';
import { Button, Form, InputNumber } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';

import { channelText } from '../../i18n/channel-text.ts';
import { useLocale } from '../../i18n/index.ts';
import { formatCount, formatMoney } from '../../lib/format.ts';
import { useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { useTimeZone } from '../../lib/time-zone.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { DetailPage } from '../../ui/detail-page.tsx';
import { FenInput } from '../../ui/fen-input.tsx';
import { FigureRow } from '../../ui/figure-card.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Count, Money, Percent, When } from '../../ui/formatted.tsx';
import { Card, Facts } from '../../ui/page.tsx';
import { ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { offerText, templateTone, validityText, worstCostFen } from './coupon-text.ts';
import type { Template } from './coupon-text.ts';
import { Issued } from './coupons-page.tsx';
import { IssueDialog } from './issue-dialog.tsx';
import { IssuedCoupons } from './issued-coupons.tsx';
import { TemplateForm } from './template-form.tsx';

import styles from './coupons.module.css';

const refreshes = [readTemplate, listTemplates];

/** One coupon: its terms, what became of it, and giving it out. */
export function CouponPage() {
  const { t } = useTranslation('coupons');
  const { templateId = '' } = useParams();
  const answer = useRead(readTemplate, { params: { templateId } }, { refetchEveryMs: 15_000 });
  if (answer.isPending) return <PageSkeleton />;
  if (answer.data === undefined) return <ErrorState error={answer.error} retry={() => void answer.refetch()} />;
  const template = answer.data;
  return (
    <DetailPage
      title={template.terms.name}
      badges={<StatusTag tone={templateTone[template.status]}>{t(`statuses.${template.status}`)}</StatusTag>}
      back={{ label: t('list.title'), path: '/coupons' }}
      actions={<Actions template={template} />}
      summary={<Summary template={template} />}
      tabs={[
        { key: 'figures', label: t('detail.figures'), content: <Figures template={template} /> },
        { key: 'coupons', label: t('detail.coupons'), content: <IssuedCoupons templateId={template.templateId} /> },
      ]}
    />
  );
}

function Summary({ template }: { readonly template: Template }) {
  const { t } = useTranslation('coupons');
  const locale = useLocale();
  const zone = useTimeZone();
  const { terms } = template;
  const all = t('scope.all');
  return (
    <>
      <div className={styles['ticket']}>
        <strong>{offerText(t, terms, locale)}</strong>
        <span>{validityText(t, terms, zone)}</span>
      </div>
      <Card title={t('detail.terms')}>
        <Facts
          items={[
            [t('template.perCustomerLimit'), <Count key="limit" value={terms.perCustomerLimit} />],
            [t('template.cap'), terms.cap === null ? t('template.unlimited') : <Count key="cap" value={terms.cap} />],
            [
              t('template.budget'),
              terms.budgetFen === null ? t('template.unlimited') : <Money key="budget" fen={terms.budgetFen} />,
            ],
            [t('template.claimable'), t(terms.claim === null ? 'no' : 'yes')],
            [
              t('scope.products'),
              terms.scope.productIds.length === 0 ? all : t('scope.count', { count: terms.scope.productIds.length }),
            ],
            [
              t('scope.categories'),
              terms.scope.categoryIds.length === 0 ? all : t('scope.count', { count: terms.scope.categoryIds.length }),
            ],
            [
              t('scope.channels'),
              terms.scope.channels.length === 0
                ? all
                : terms.scope.channels.map((channel) => channelText(channel)).join(', '),
            ],
            [
              t('scope.stores'),
              terms.scope.storeIds.length === 0 ? all : t('scope.count', { count: terms.scope.storeIds.length }),
            ],
            [t('scope.stackingGroup'), terms.stackingGroup],
            [t('scope.exclusive'), t(terms.isExclusive ? 'yes' : 'no')],
            [t('detail.publishedAt'), <When key="published" at={template.publishedAt} />],
            [t('template.description'), terms.description],
          ]}
        />
      </Card>
    </>
  );
}

function Figures({ template }: { readonly template: Template }) {
  const { t } = useTranslation('coupons');
  const { figures, issued } = template;
  return (
    <>
      <FigureRow
        figures={[
          { label: t('template.issued'), value: <Count compact value={issued} /> },
          {
            label: t('template.used'),
            value: <Count compact value={figures.used} />,
            note: <Percent ratio={issued === 0 ? null : figures.used / issued} />,
          },
          {
            label: t('template.cost'),
            value: <Money compact fen={figures.discountFen} />,
            explanation: t('template.costExplain'),
          },
          { label: t('couponStatuses.expired'), value: <Count compact value={figures.expired} /> },
        ]}
      />
      <Card title={t('detail.where')}>
        <Facts
          items={[
            [t('template.issued'), <Issued key="issued" template={template} />],
            [t('couponStatuses.issued'), <Count key="hand" value={figures.inHand} />],
            [t('couponStatuses.locked'), <Count key="locked" value={figures.locked} />],
            [t('couponStatuses.used'), <Count key="used" value={figures.used} />],
            [t('couponStatuses.expired'), <Count key="expired" value={figures.expired} />],
            [t('couponStatuses.voided'), <Count key="voided" value={figures.voided} />],
          ]}
        />
      </Card>
    </>
  );
}

function Actions({ template }: { readonly template: Template }) {
  const { t } = useTranslation('coupons');
  const locale = useLocale();
  const mayWrite = useCan('coupons.write');
  const mayIssue = useCan('coupons.issue');
  const [editing, setEditing] = useState(false);
  const [issuing, setIssuing] = useState(false);
  const [limiting, setLimiting] = useState(false);
  const publish = useWrite(publishTemplate, { refreshes });
  const end = useWrite(endTemplate, { refreshes });
  const params = { templateId: template.templateId };
  const unit = worstCostFen(template.terms);
  const worst =
    template.ceiling === null || unit === null
      ? t('detail.publishUnlimited')
      : t('detail.publishWorst', {
          count: formatCount(template.ceiling, locale),
          cost: formatMoney(template.ceiling * unit, locale),
        });
  return (
    <>
      {template.status === 'draft' && mayWrite ? (
        <>
          <Button onClick={() => setEditing(true)}>{t('edit')}</Button>
          <ConfirmAction
            button={{ type: 'primary' }}
            label={t('detail.publish')}
            title={t('detail.publishTitle', { name: template.terms.name })}
            consequence={`${t('detail.publishConsequence')} ${worst}`}
            confirmLabel={t('detail.publish')}
            run={() => publish.mutateAsync({ params })}
          />
        </>
      ) : null}
      {template.status === 'published' && mayWrite ? (
        <>
          <Button onClick={() => setLimiting(true)}>{t('detail.changeQuantity')}</Button>
          <ConfirmAction
            danger
            label={t('detail.end')}
            title={t('detail.endTitle', { name: template.terms.name })}
            consequence={t('detail.endConsequence', { count: template.figures.inHand })}
            confirmLabel={t('detail.end')}
            run={() => end.mutateAsync({ params })}
          />
        </>
      ) : null}
      {template.status === 'published' && mayIssue ? (
        <Button type="primary" onClick={() => setIssuing(true)}>
          {t('issue.title')}
        </Button>
      ) : null}
      <TemplateForm open={editing} template={template} onClose={() => setEditing(false)} />
      {issuing ? <IssueDialog template={template} onClose={() => setIssuing(false)} /> : null}
      <QuantityForm open={limiting} template={template} onClose={() => setLimiting(false)} />
    </>
  );
}

interface QuantityValues {
  readonly cap?: number | null;
  readonly budgetFen?: number | null;
}

interface QuantityFormProps {
  readonly open: boolean;
  readonly template: Template;
  readonly onClose: () => void;
}

function QuantityForm({ open, template, onClose }: QuantityFormProps) {
  const { t } = useTranslation('coupons');
  const change = useWrite(changeQuantity, { refreshes });
  return (
    <FormDrawer<QuantityValues>
      title={t('detail.changeQuantity')}
      open={open}
      onClose={onClose}
      initial={{ cap: template.terms.cap, budgetFen: template.terms.budgetFen }}
      submit={({ cap = null, budgetFen = null }) =>
        change.mutateAsync({ params: { templateId: template.templateId }, body: { cap, budgetFen } })
      }
    >
      <p style={{ marginBottom: 16 }}>{t('detail.issuedSoFar', { count: template.issued })}</p>
      <Form.Item name="cap" label={t('template.cap')}>
        <InputNumber
          min={Math.max(template.issued, 1)}
          precision={0}
          placeholder={t('template.unlimited')}
          style={{ width: '100%' }}
        />
      </Form.Item>
      <Form.Item name="budgetFen" label={t('template.budget')}>
        <FenInput min={1} placeholder={t('template.unlimited')} />
      </Form.Item>
    </FormDrawer>
  );
}
