import { CheckCircleFilled, CloseCircleFilled } from '@ant-design/icons';
import { Condition, explainSegment } from '@shuke/server/contracts/segments';
import { InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Reply } from '../../lib/api.ts';
import { useRead } from '../../lib/query.ts';
import { useUrlState } from '../../lib/url-state.ts';
import { CustomerLink } from '../../ui/customer-link.tsx';
import { Card } from '../../ui/page.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { useConditionText } from './condition-text.ts';

import styles from './segments.module.css';

type Explanation = Reply<typeof explainSegment>['explanation'];

/** Why one customer is in a segment or is not: every part of the condition with its answer. */
export function ExplainPerson({ segmentId }: { readonly segmentId: string }) {
  const { t } = useTranslation('segments');
  const [search, change] = useUrlState();
  const chosen = Number(search.get('customer') ?? '');
  const customerId = Number.isSafeInteger(chosen) && chosen > 0 ? chosen : null;
  const answer = useRead(
    explainSegment,
    { params: { segmentId, customerId: customerId ?? 1 } },
    { enabled: customerId !== null },
  );
  return (
    <Card
      title={t('explain.title')}
      hint={t('explain.hint')}
      extra={
        <InputNumber<number>
          aria-label={t('explain.customer')}
          placeholder={t('explain.customer')}
          min={1}
          precision={0}
          controls={false}
          style={{ width: 200 }}
          value={customerId}
          onChange={(value) => change({ customer: value === null ? null : String(value) })}
        />
      }
    >
      {customerId === null ? (
        <EmptyState compact title={t('explain.choose')} />
      ) : answer.data === undefined ? (
        answer.isError ? (
          <ErrorState error={answer.error} retry={() => void answer.refetch()} />
        ) : (
          <PageSkeleton />
        )
      ) : (
        <>
          <p className={styles['verdict']}>
            <CustomerLink customerId={customerId} name="" />
            <StatusTag tone={answer.data.isMember ? 'good' : 'neutral'}>
              {t(answer.data.isMember ? 'explain.isMember' : 'explain.isNotMember')}
            </StatusTag>
          </p>
          <ul className={styles['explained']}>
            <Explained explanation={answer.data.explanation} />
          </ul>
        </>
      )}
    </Card>
  );
}

function Explained({ explanation }: { readonly explanation: Explanation }) {
  const { t } = useTranslation('segments');
  const text = useConditionText();
  const parsed = Condition.safeParse(explanation.condition);
  const condition = parsed.success ? parsed.data : null;
  const label =
    condition === null
      ? ''
      : condition.kind === 'all' || condition.kind === 'any' || condition.kind === 'not'
        ? t(`builder.${condition.kind}`)
        : text(condition);
  return (
    <li>
      <span className={styles['answer']} data-holds={explanation.holds}>
        {explanation.holds ? <CheckCircleFilled aria-label={t('yes')} /> : <CloseCircleFilled aria-label={t('no')} />}
        {label}
      </span>
      {explanation.parts.length === 0 ? null : (
        <ul>
          {explanation.parts.map((part, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- parts never move
            <Explained key={index} explanation={part} />
          ))}
        </ul>
      )}
    </li>
  );
}
