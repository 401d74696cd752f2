import { countSegment, previewSegment } from '@shuke/server/contracts/segments';
import type { Condition } from '@shuke/server/contracts/segments';
import { Progress, Spin } from 'antd';
import { useTranslation } from 'react-i18next';

import { errorText } from '../../i18n/index.ts';
import { useRead } from '../../lib/query.ts';
import { useSettled } from '../../lib/settled.ts';
import { CustomerLink } from '../../ui/customer-link.tsx';
import { Count, Percent } from '../../ui/formatted.tsx';
import { Card } from '../../ui/page.tsx';
import { isComplete } from './condition.ts';

import styles from './segments.module.css';

/** How many people a condition holds for right now, and a first look at them. */
export function LiveCount({ condition }: { readonly condition: Condition }) {
  const { t } = useTranslation('segments');
  const settled = useSettled(condition);
  const complete = isComplete(settled);
  const count = useRead(
    countSegment,
    { body: { condition: settled } },
    { enabled: complete, keepPrevious: true, staleMs: 30_000 },
  );
  const people = useRead(
    previewSegment,
    { body: { condition: settled, limit: 10 } },
    { enabled: complete, keepPrevious: true, staleMs: 30_000 },
  );
  const counting = settled !== condition || count.isFetching;
  const { customers, base } = count.data ?? { customers: 0, base: 0 };
  return (
    <Card title={t('live.title')} hint={t('live.hint')} extra={counting ? <Spin size="small" /> : undefined}>
      {!complete ? (
        <p className={styles['hint']}>{t('live.incomplete')}</p>
      ) : count.isError ? (
        <p className={styles['incomplete']}>{errorText(count.error)}</p>
      ) : (
        <div aria-live="polite" className={styles['live']}>
          <strong className={styles['liveCount']}>
            <Count value={count.data === undefined ? null : customers} />
          </strong>
          <Progress
            percent={base === 0 ? 0 : (customers / base) * 100}
            showInfo={false}
            strokeColor="var(--brand)"
            size="small"
            aria-label={t('live.title')}
          />
          <span className={styles['hint']}>
            <Percent ratio={base === 0 ? null : customers / base} /> {t('live.of')} <Count value={base} />
          </span>
          {(people.data?.items.length ?? 0) === 0 ? null : (
            <>
              <h3 className={styles['liveHead']}>{t('live.people')}</h3>
              <ul className={styles['livePeople']}>
                {people.data?.items.map((person) => (
                  <li key={person.customerId}>
                    <CustomerLink customerId={person.customerId} name={person.displayName} />
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
      )}
    </Card>
  );
}
