import { ArrowDownOutlined, ArrowUpOutlined } from '@ant-design/icons';
import { Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { useLocale } from '../i18n/index.ts';
import {
  formatBps,
  formatChange,
  formatCompact,
  formatCount,
  formatInstant,
  formatMoney,
  formatRatio,
  formatRelative,
} from '../lib/format.ts';
import { useNow } from '../lib/now.ts';
import { useTimeZone } from '../lib/time-zone.ts';

import styles from './formatted.module.css';

interface MoneyProps {
  /** Minor units of the currency (fen). */
  readonly fen: number | null | undefined;
  readonly currency?: string;
  readonly compact?: boolean;
}

/** An amount of money: exact, or short with the exact amount in a tooltip. */
export function Money({ fen, currency = 'CNY', compact = false }: MoneyProps) {
  const locale = useLocale();
  const exact = formatMoney(fen, locale, { currency });
  if (!compact) return <span className={styles['figure']}>{exact}</span>;
  return (
    <Tooltip title={exact}>
      <span className={styles['figure']}>{formatMoney(fen, locale, { currency, compact: true })}</span>
    </Tooltip>
  );
}

/** A number of things: exact, or short with the exact number in a tooltip. */
export function Count({
  value,
  compact = false,
}: {
  readonly value: number | null | undefined;
  readonly compact?: boolean;
}) {
  const locale = useLocale();
  const exact = formatCount(value, locale);
  if (!compact) return <span className={styles['figure']}>{exact}</span>;
  return (
    <Tooltip title={exact}>
      <span className={styles['figure']}>{formatCompact(value, locale)}</span>
    </Tooltip>
  );
}

type PercentProps = { readonly bps: number | null | undefined } | { readonly ratio: number | null | undefined };

/** A share, from basis points or from a ratio between 0 and 1. */
export function Percent(props: PercentProps) {
  const locale = useLocale();
  const text = 'bps' in props ? formatBps(props.bps, locale) : formatRatio(props.ratio, locale);
  return <span className={styles['figure']}>{text}</span>;
}

interface WhenProps {
  readonly at: string | Date | null | undefined;
  readonly shape?: 'date' | 'minute' | 'second' | 'time' | 'relative';
}

/** An instant in the brand's time zone; the tooltip has it to the second. */
export function When({ at, shape = 'minute' }: WhenProps) {
  const locale = useLocale();
  const zone = useTimeZone();
  const now = useNow();
  const { t } = useTranslation();
  if (at === null || at === undefined) return <span className={styles['faint']}>—</span>;
  const justNow = shape === 'relative' && Math.abs(now.getTime() - new Date(at).getTime()) < 60_000;
  const text = justNow
    ? t('justNow')
    : shape === 'relative'
      ? formatRelative(at, now, locale)
      : formatInstant(at, shape, zone);
  return (
    <Tooltip title={`${formatInstant(at, 'second', zone)} (${zone})`}>
      <time dateTime={typeof at === 'string' ? at : at.toISOString()} className={styles['figure']}>
        {text}
      </time>
    </Tooltip>
  );
}

interface ChangeProps {
  /** Relative change, 0.042 for +4.2 %. */
  readonly ratio: number | null | undefined;
  /** Which direction is good news. */
  readonly good?: 'up' | 'down' | 'neither';
  readonly against?: string;
}

/** A change against the period before, with direction in sign, arrow and colour. */
export function Change({ ratio, good = 'up', against }: ChangeProps) {
  const locale = useLocale();
  if (ratio === null || ratio === undefined) return null;
  const flat = Math.abs(ratio) < 0.000_5;
  const tone = flat || good === 'neither' ? 'even' : ratio > 0 === (good === 'up') ? 'good' : 'bad';
  return (
    <span className={styles['change']} data-tone={tone}>
      {flat ? null : ratio > 0 ? <ArrowUpOutlined aria-hidden /> : <ArrowDownOutlined aria-hidden />}
      <span>{formatChange(ratio, locale)}</span>
      {against === undefined ? null : <span className={styles['against']}>{against}</span>}
    </span>
  );
}

/** A value that may be missing. */
export function orDash(value: ReactNode): ReactNode {
  return value === null || value === undefined || value === '' ? <span className={styles['faint']}>—</span> : value;
}
