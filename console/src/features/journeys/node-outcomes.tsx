import type { getJourneyFigures } from '@shuke/server/contracts/journeys';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Reply } from '../../lib/api.ts';
import { Count, When } from '../../ui/formatted.tsx';
import { outcomeText } from './outcome-text.ts';

import styles from './journeys.module.css';

interface NodeOutcomesProps {
  readonly nodeId: string;
  readonly figures: Reply<typeof getJourneyFigures> | undefined;
}

/** What happened at a node so far, and the way to who stands there. */
export function NodeOutcomes({ nodeId, figures }: NodeOutcomesProps) {
  const { t } = useTranslation('journeys');
  const here = figures?.standing.find((one) => one.nodeId === nodeId)?.customers ?? 0;
  const until = figures?.held.find((one) => one.nodeId === nodeId)?.until ?? null;
  const outcomes = figures?.outcomes.filter((one) => one.nodeId === nodeId) ?? [];
  if (here === 0 && outcomes.length === 0) return null;
  return (
    <section className={styles['outcomes']} aria-label={t('counts.title')}>
      <span>
        <Link to={`?tab=people&node=${nodeId}`}>{t('counts.here')}</Link>
        <Count value={here} />
      </span>
      {outcomes.map(({ outcome, count }) => (
        <span key={outcome}>
          {outcomeText(t, outcome)}
          <Count value={count} />
        </span>
      ))}
      {until === null ? null : (
        <span>
          {t('counts.heldUntil')}
          <When at={until} />
        </span>
      )}
    </section>
  );
}
