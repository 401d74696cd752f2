import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { useLocale } from '../../i18n/index.ts';
import { changeRatio, formatRatio } from '../../lib/format.ts';
import { Change } from '../../ui/formatted.tsx';
import { Card } from '../../ui/page.tsx';
import { FigureValue } from './figures.tsx';
import type { Cockpit, FigureName } from './figures.tsx';

import styles from './cockpit.module.css';

const links = [
  { name: 'sharers', from: null, second: null },
  { name: 'visitors', from: 'sharers', second: null },
  { name: 'shared_orders', from: 'visitors', second: 'shared_amount' },
  { name: 'commission', from: 'shared_amount', second: null },
  { name: 'came_back', from: 'visitors', second: null },
] as const satisfies readonly { name: FigureName; from: FigureName | null; second: FigureName | null }[];

interface LoopChainProps {
  readonly cockpit: Cockpit;
  readonly pathOf: (name: FigureName) => string;
}

/** The closed loop as a chain: who shared, came, bought, what it earned, and who came back. */
export function LoopChain({ cockpit, pathOf }: LoopChainProps) {
  const { t } = useTranslation('insights');
  const locale = useLocale();
  const value = (name: FigureName) => cockpit.figures[name]?.value ?? 0;
  const rate = (name: FigureName, from: FigureName | null) => {
    if (from === null || value(from) === 0) return null;
    const ratio = value(name) / value(from);
    // One visitor may order twice: more orders than visitors are no share of them.
    if (name === 'shared_orders' && ratio > 1) return null;
    return from === 'sharers'
      ? t('loop.perSharer', { count: Math.round(ratio * 10) / 10 })
      : t(`loop.rates.${name}`, { rate: formatRatio(ratio, locale) });
  };
  return (
    <Card title={t('loop.title')} hint={t('loop.hint')}>
      <ol className={styles['loop']}>
        {links.map(({ name, from, second }, index) => (
          <li key={name} className={styles['link']}>
            <Link to={pathOf(name)} className={styles['step']}>
              <span className={styles['stepHead']}>
                <span className={styles['number']} aria-hidden>
                  {index + 1}
                </span>
                {t(`loop.steps.${name}`)}
              </span>
              <strong className={styles['stepValue']}>
                <FigureValue name={name} cockpit={cockpit} />
              </strong>
              <span className={styles['stepNote']}>
                {second === null ? null : <FigureValue name={second} cockpit={cockpit} />}
                <Change
                  ratio={changeRatio(cockpit.figures[name]?.value, cockpit.figures[name]?.before)}
                  good={name === 'commission' ? 'neither' : 'up'}
                />
              </span>
              <span className={styles['rate']}>{rate(name, from) ?? t(`figures.${name}`)}</span>
            </Link>
          </li>
        ))}
      </ol>
    </Card>
  );
}
