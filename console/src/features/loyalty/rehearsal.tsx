import type { rehearseProgramme } from '@shuke/server/contracts/loyalty';
import { useTranslation } from 'react-i18next';

import type { Reply } from '../../lib/api.ts';
import { ChartCard } from '../../ui/chart/chart-card.tsx';
import type { Content } from './use-programme.ts';

interface RehearsalProps {
  readonly effect: Reply<typeof rehearseProgramme>;
  readonly tiers: Content['tiers'];
}

/** Members per tier under the new rules beside today's. */
export function Rehearsal({ effect, tiers }: RehearsalProps) {
  const { t } = useTranslation('loyalty');
  const names = new Map(tiers.map(({ code, name }) => [code, name]));
  return (
    <ChartCard
      title={t('rehearsal.title')}
      hint={t('rehearsal.hint', { count: effect.customers })}
      chart={{
        kind: 'bar',
        unit: 'count',
        categories: effect.tiers.map(({ tierCode }) =>
          tierCode === null ? t('rehearsal.noTier') : (names.get(tierCode) ?? tierCode),
        ),
        series: [
          { name: t('rehearsal.after'), values: effect.tiers.map(({ members }) => members) },
          { name: t('rehearsal.before'), values: effect.tiers.map(({ before }) => before), comparison: true },
        ],
      }}
    />
  );
}
