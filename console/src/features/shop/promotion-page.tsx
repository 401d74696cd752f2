import { listPromotions, publishPromotion, savePromotion, setPromotionStatus } from '@shuke/server/contracts/mall';
import { Alert, Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';

import { errorText, useLocale } from '../../i18n/index.ts';
import { ApiError } from '../../lib/api-error.ts';
import { formatInstant } from '../../lib/format.ts';
import { useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { useTimeZone } from '../../lib/time-zone.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { LabelledField } from './field.tsx';
import { PromotionExample } from './promotion-example.tsx';
import { PromotionFields } from './promotion-fields.tsx';
import { newPromotion, promotionProblems, reductionText } from './promotion-text.ts';
import type { PromotionContent, PromotionRow } from './promotion-text.ts';
import { PromotionStatus, ScopeText } from './promotions-page.tsx';

import styles from './shop.module.css';

/** One full reduction: what it takes off, from which goods, when; putting it into force and ending it. */
export function PromotionPage() {
  const { t } = useTranslation('shop');
  const { promotionId = '' } = useParams();
  const answer = useRead(listPromotions, {});
  if (answer.isPending) return <PageSkeleton />;
  if (answer.data === undefined) return <ErrorState error={answer.error} retry={() => void answer.refetch()} />;
  const promotion = answer.data.items.find((one) => one.promotionId === promotionId);
  if (promotion === undefined) return <EmptyState title={t('promotion.gone')} hint={t('promotion.goneHint')} />;
  return <Editor key={promotionId} latest={promotion} reload={() => void answer.refetch()} />;
}

const contentOf = ({ draft, published }: PromotionRow): PromotionContent =>
  draft ?? published ?? newPromotion(new Date());

interface EditorProps {
  /** What the server has, as far as is known here. */
  readonly latest: PromotionRow;
  readonly reload: () => void;
}

function Editor({ latest, reload }: EditorProps) {
  const { t } = useTranslation('shop');
  const may = useCan('mall.write');
  const [base, setBase] = useState(latest);
  const [name, setName] = useState(latest.name);
  const [content, setContent] = useState(() => contentOf(latest));
  const isChanged = name !== base.name || JSON.stringify(content) !== JSON.stringify(contentOf(base));
  const isBehind = latest.revision > base.revision;
  const problems = promotionProblems(content);
  const adopt = (promotion: PromotionRow) => {
    setBase(promotion);
    setName(promotion.name);
    setContent(contentOf(promotion));
  };
  // Nothing was typed: what somebody else saved can simply be shown.
  if (isBehind && !isChanged) adopt(latest);
  const save = useWrite(savePromotion, { refreshes: [listPromotions], onDone: adopt });
  const store = async (): Promise<PromotionRow> => {
    try {
      const body = { name, content, revision: base.revision };
      return await save.mutateAsync({ params: { promotionId: base.promotionId }, body });
    } catch (error) {
      if (isEditedMeanwhile(error)) reload();
      throw error;
    }
  };
  const isReady = problems.length === 0 && name.trim() !== '' && !isBehind;
  return (
    <Page
      title={base.name}
      badges={<PromotionStatus promotion={latest} />}
      back={{ label: t('promotions.title'), path: '/promotions' }}
      actions={
        may ? (
          <>
            <StatusActions promotion={latest} />
            <Button
              disabled={!isChanged || !isReady}
              loading={save.isPending}
              // The refusal is shown above the form.
              onClick={() => void store().catch(() => undefined)}
            >
              {t('promotion.save')}
            </Button>
            <Publish
              name={name}
              content={content}
              disabled={!isReady || (!isChanged && base.draft === null)}
              before={async () => (isChanged ? store() : base)}
            />
          </>
        ) : undefined
      }
    >
      {may ? null : <Alert type="info" showIcon title={t('settings.readOnly')} />}
      {save.error === null || isEditedMeanwhile(save.error) ? null : (
        <Alert type="error" showIcon title={errorText(save.error)} />
      )}
      {isBehind && isChanged ? (
        <Alert
          type="warning"
          showIcon
          title={t('promotion.meanwhile')}
          description={
            <span className={styles['buttons']}>
              <Button type="primary" onClick={() => setBase(latest)}>
                {t('promotion.keepMine')}
              </Button>
              <Button onClick={() => adopt(latest)}>{t('meanwhile.take')}</Button>
            </span>
          }
        />
      ) : null}
      <div className={styles['layout']}>
        <Card title={t('promotion.terms')} hint={t('promotion.termsHint')}>
          <LabelledField label={t('promotion.name')} hint={t('promotion.nameHint')}>
            <Input disabled={!may} maxLength={40} value={name} onChange={(event) => setName(event.target.value)} />
          </LabelledField>
          <PromotionFields content={content} problems={problems} disabled={!may} onChange={setContent} />
        </Card>
        <PromotionExample content={content} disabled={problems.length > 0} />
      </div>
    </Page>
  );
}

function isEditedMeanwhile(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'edited_meanwhile';
}

interface PublishProps {
  readonly name: string;
  readonly content: PromotionContent;
  readonly disabled: boolean;
  /** Saves what is in the form and answers what is stored. */
  readonly before: () => Promise<PromotionRow>;
}

function Publish({ name, content, disabled, before }: PublishProps) {
  const { t } = useTranslation('shop');
  const locale = useLocale();
  const zone = useTimeZone();
  const [note, setNote] = useState('');
  const publish = useWrite(publishPromotion, { refreshes: [listPromotions] });
  return (
    <ConfirmAction
      button={{ type: 'primary', disabled }}
      label={t('promotion.publish')}
      title={t('promotion.publishTitle', { name })}
      consequence={
        <>
          <p>
            {t('promotion.publishConsequence', {
              from: formatInstant(content.startsAt, 'minute', zone),
              until: formatInstant(content.endsAt, 'minute', zone),
              reduction: reductionText(t, content, locale),
            })}
          </p>
          <p>
            {t('promotion.scope')}: <ScopeText content={content} />.{' '}
            {t(content.stacksWithCoupons ? 'promotion.stacks' : 'promotion.stacksNot')}
          </p>
          <Input
            style={{ marginTop: 12 }}
            maxLength={200}
            aria-label={t('promotion.note')}
            placeholder={t('promotion.note')}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        </>
      }
      confirmLabel={t('promotion.publish')}
      run={async () => {
        const { promotionId, revision } = await before();
        await publish.mutateAsync({ params: { promotionId }, body: { note, revision } });
      }}
    />
  );
}

function StatusActions({ promotion }: { readonly promotion: PromotionRow }) {
  const { t } = useTranslation('shop');
  const navigate = useNavigate();
  const set = useWrite(setPromotionStatus, { refreshes: [listPromotions] });
  const { promotionId, name, status, published } = promotion;
  const change = (next: 'active' | 'paused' | 'archived') =>
    set.mutateAsync({ params: { promotionId }, body: { status: next } });
  const isPaused = status === 'paused';
  return (
    <>
      {published === null ? null : (
        <ConfirmAction
          label={t(isPaused ? 'promotion.resume' : 'promotion.pause')}
          title={t(isPaused ? 'promotion.resumeTitle' : 'promotion.pauseTitle', { name })}
          consequence={t(isPaused ? 'promotion.resumeConsequence' : 'promotion.pauseConsequence')}
          confirmLabel={t(isPaused ? 'promotion.resume' : 'promotion.pause')}
          run={() => change(isPaused ? 'active' : 'paused')}
        />
      )}
      <ConfirmAction
        danger
        label={t('promotion.end')}
        title={t('promotion.endTitle', { name })}
        consequence={t(published === null ? 'promotion.dropConsequence' : 'promotion.endConsequence')}
        confirmLabel={t('promotion.end')}
        run={async () => {
          await change('archived');
          void navigate('/promotions', { replace: true });
        }}
      />
    </>
  );
}
