import { Segmented } from 'antd';
import { useState } from 'react';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { useLocale } from '../../i18n/index.ts';
import { formatCompact, formatCount, formatMoney } from '../../lib/format.ts';
import { Card } from '../../ui/page.tsx';
import type { Rfm } from './rfm-groups.ts';

import styles from './rfm.module.css';

const scores = [1, 2, 3, 4, 5] as const;
const colours = ['customers', 'monetaryMinor'] as const;
type Colour = (typeof colours)[number];

/** Recency by frequency: every cell a way to its people, darker where there is more. */
export function RfmMatrix({ rfm, currency }: { readonly rfm: Rfm; readonly currency: string }) {
  const { t } = useTranslation('tags');
  const locale = useLocale();
  const [colour, setColour] = useState<Colour>('customers');
  const cells = new Map(rfm.matrix.map((cell) => [`${cell.r} ${cell.f}`, cell]));
  // Money can fall below zero where returns outweigh orders; the scale begins at nothing.
  const most = Math.max(1, ...rfm.matrix.map((cell) => cell[colour]));
  return (
    <Card
      title={t('matrix.title')}
      hint={t('matrix.hint')}
      extra={
        <Segmented<Colour>
          value={colour}
          onChange={setColour}
          options={colours.map((value) => ({ value, label: t(`matrix.${value}`) }))}
        />
      }
    >
      <div className={styles['matrixFrame']}>
        <table className={styles['matrix']}>
          <caption className="visually-hidden">{t('matrix.title')}</caption>
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">{t('matrix.frequency')}</span>
              </th>
              {scores.map((r) => (
                <th key={r} scope="col">
                  R{r}
                  <span>{recencyText(t, rfm, r)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {scores.toReversed().map((f) => (
              <tr key={f}>
                <th scope="row">
                  F{f}
                  <span>{frequencyText(t, rfm, f)}</span>
                </th>
                {scores.map((r) => {
                  const cell = cells.get(`${r} ${f}`);
                  const weight = Math.max(0, cell?.[colour] ?? 0) / most;
                  const people = formatCount(cell?.customers ?? 0, locale);
                  const money = formatMoney(cell?.monetaryMinor ?? 0, locale, { currency });
                  return (
                    <td key={r}>
                      <Link
                        to={`?r=${r}&f=${f}`}
                        className={styles['cell']}
                        data-strong={weight > strongFrom}
                        style={{ '--weight': `${shadeOf(weight)}%` } as CSSProperties}
                        title={t('matrix.cell', { r, f, people, money })}
                      >
                        <strong>{formatCompact(cell?.customers ?? 0, locale)}</strong>
                        <span>{formatMoney(cell?.monetaryMinor ?? 0, locale, { currency, compact: true })}</span>
                      </Link>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
        <p className={styles['axis']}>
          <span>{t('matrix.older')}</span>
          <span>{t('matrix.recency')}</span>
          <span>{t('matrix.newer')}</span>
        </p>
      </div>
    </Card>
  );
}

const strongFrom = 0.6;

/** Percent of the brand colour in a cell. Between 55 and 90 neither dark nor light text would be readable, so the scale leaps. */
function shadeOf(weight: number): number {
  return weight > strongFrom
    ? Math.round(90 + (10 * (weight - strongFrom)) / (1 - strongFrom))
    : Math.round(Math.sqrt(weight / strongFrom) * 55);
}

type Translate = ReturnType<typeof useTranslation<'tags'>>['t'];

/** Days that earn a score of recency. Cuts ascend and fewer days score higher: score 5 is below the first cut. */
function recencyText(t: Translate, { cuts }: Rfm, score: number): string {
  const list = cuts?.recencyDays ?? [];
  const [from, until] = [list[4 - score], list[5 - score]];
  if (score === 5) return until === undefined ? '' : t('matrix.daysBelow', { count: Math.ceil(until) });
  if (from === undefined) return '';
  return until === undefined
    ? t('matrix.daysFrom', { count: Math.ceil(from) })
    : t('matrix.days', { from: Math.ceil(from), until: Math.ceil(until) - 1 });
}

function frequencyText(t: Translate, { cuts }: Rfm, score: number): string {
  const from = score === 1 ? 1 : cuts?.frequency[score - 2];
  // Where two cuts are equal nobody can have the score between them.
  if (from === undefined || from === cuts?.frequency[score - 1]) return '—';
  return t('matrix.ordersFrom', { count: Math.ceil(from) });
}
