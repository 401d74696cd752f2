import { listPlans, planProblems, publishPlan, rehearsePlan, savePlan } from '@shuke/server/contracts/settlement';
import type { SettlementPlan } from '@shuke/server/contracts/settlement';
import { Alert, Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';

import { errorText, useLocale } from '../../i18n/index.ts';
import { formatMoney } from '../../lib/format.ts';
import { useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { PlanExample } from './plan-example.tsx';
import { PlanFields } from './plan-fields.tsx';
import { PlanRehearsal } from './plan-rehearsal.tsx';
import { newPlan } from './plan-text.ts';
import { PlanStatus } from './plans-page.tsx';
import type { PlanRow } from './plans-page.tsx';

import styles from './settlement.module.css';

/** One settlement plan: its steps, what it would have paid, and putting it into force. */
export function PlanPage() {
  const { t } = useTranslation('settlement');
  const { planId = '' } = useParams();
  const answer = useRead(listPlans, {});
  if (answer.isPending) return <PageSkeleton />;
  if (answer.data === undefined) return <ErrorState error={answer.error} retry={() => void answer.refetch()} />;
  const plan = answer.data.items.find((one) => one.planId === planId);
  if (plan === undefined) return <EmptyState title={t('plan.gone')} />;
  // A new revision (saved here or by someone else) starts the editor again.
  return <Editor key={`${planId} ${plan.revision} ${plan.publishedVersion}`} plan={plan} />;
}

function Editor({ plan }: { readonly plan: PlanRow }) {
  const { t } = useTranslation('settlement');
  const may = useCan('settlement.write') && plan.status !== 'archived';
  const stored = plan.draft ?? plan.published ?? newPlan;
  const [name, setName] = useState(plan.name);
  const [content, setContent] = useState<SettlementPlan>(stored);
  const isChanged = name !== plan.name || JSON.stringify(content) !== JSON.stringify(stored);
  const problems = planProblems(null, content);
  const save = useWrite(savePlan, { refreshes: [listPlans] });
  const store = () =>
    save.mutateAsync({ params: { planId: plan.planId }, body: { name, content, revision: plan.revision } });
  return (
    <Page
      title={plan.name}
      badges={<PlanStatus plan={plan} />}
      back={{ label: t('plans.title'), path: '/settlement/plans' }}
      actions={
        may ? (
          <>
            <Button
              disabled={!isChanged || name.trim() === ''}
              loading={save.isPending}
              onClick={() => void store().catch(() => undefined)}
            >
              {t('plan.save')}
            </Button>
            <Publish
              plan={plan}
              content={content}
              disabled={problems.length > 0 || (!isChanged && plan.draft === null)}
              before={async () => {
                if (isChanged) await store();
              }}
            />
          </>
        ) : undefined
      }
    >
      {save.error === null ? null : <Alert type="error" showIcon title={errorText(save.error)} />}
      <div className={styles['editor']}>
        <Card title={t('plan.terms')} hint={t('plan.termsHint')}>
          <div className={styles['field']}>
            <span>{t('plan.name')}</span>
            <Input
              aria-label={t('plan.name')}
              disabled={!may}
              maxLength={120}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </div>
          <PlanFields plan={content} problems={problems} disabled={!may} onChange={setContent} />
        </Card>
        <PlanExample plan={content} />
      </div>
      <PlanRehearsal plan={content} disabled={problems.length > 0} />
    </Page>
  );
}

interface PublishProps {
  readonly plan: PlanRow;
  readonly content: SettlementPlan;
  readonly disabled: boolean;
  /** Saves what is in the form. */
  readonly before: () => Promise<void>;
}

const monthsLookedAt = 3;

/** Publishing states what the plan would have cost lately. */
function Publish({ plan, content, disabled, before }: PublishProps) {
  const { t } = useTranslation('settlement');
  const locale = useLocale();
  const may = useCan('settlement.approve');
  const [note, setNote] = useState('');
  const publish = useWrite(publishPlan, { refreshes: [listPlans] });
  const rehearsal = useWrite(rehearsePlan);
  if (!may) return null;
  return (
    <ConfirmAction
      button={{
        type: 'primary',
        disabled,
        onMouseEnter: () => rehearsal.mutate({ body: { content, months: monthsLookedAt } }),
      }}
      label={t('publish.label')}
      title={t('publish.title', { name: plan.name })}
      consequence={
        <>
          <p>{t('publish.consequence')}</p>
          {rehearsal.data === undefined ? null : (
            <p>
              {t('publish.effect', {
                months: monthsLookedAt,
                now: formatMoney(rehearsal.data.nowMinor, locale),
                planned: formatMoney(rehearsal.data.thenMinor, locale),
              })}
            </p>
          )}
          <Input
            style={{ marginTop: 12 }}
            maxLength={200}
            aria-label={t('publish.note')}
            placeholder={t('publish.note')}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        </>
      }
      confirmLabel={t('publish.label')}
      run={async () => {
        await before();
        await publish.mutateAsync({ params: { planId: plan.planId }, body: { note } });
      }}
    />
  );
}
