import { CheckCircleFilled, CloseCircleFilled } from '@ant-design/icons';
import { listCustomers } from '@shuke/server/contracts/customers';
import { Condition, explainSegment } from '@shuke/server/contracts/segments';
import { Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Reply } from '../../lib/api.ts';
import { useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
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
  const [wanted, setWanted] = useState('');
  const mayFind = useCan('customers.read');
  const found = useRead(listCustomers, { query: { search: wanted, limit: 1 } }, { enabled: mayFind && wanted !== '' });
  const given = Number(search.get('customer') ?? '');
  const linked = Number.isSafeInteger(given) && given > 0 ? given : null;
  const person = found.data?.items[0];
  const customerId = wanted === '' ? linked : (person?.customerId ?? null);
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
        mayFind ? (
          <Input.Search
            allowClear
            aria-label={t('explain.customer')}
            placeholder={t('explain.customer')}
            style={{ width: 280 }}
            loading={found.isFetching}
            onSearch={(text) => {
              setWanted(text.trim());
              change({ customer: null });
            }}
          />
        ) : undefined
      }
    >
      {customerId === null ? (
        <EmptyState compact title={t(wanted !== '' && found.isFetched ? 'explain.nobody' : 'explain.choose')} />
      ) : answer.data === undefined ? (
        answer.isError ? (
          <ErrorState error={answer.error} retry={() => void answer.refetch()} />
        ) : (
          <PageSkeleton />
        )
      ) : (
        <>
          <p className={styles['verdict']}>
            <CustomerLink customerId={customerId} name={person?.displayName ?? ''} />
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
