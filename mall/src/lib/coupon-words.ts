import type { TextKey } from '../i18n/t.ts';
import { formatFenShort, formatOffBps } from './money.ts';

interface Terms {
  readonly kind: 'amount_off' | 'percent_off';
  readonly offFen: number | null;
  readonly offBps: number | null;
  readonly thresholdFen: number;
}
type Translate = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

/** What a coupon takes off, short: ¥30 or 8.5 折. */
export function offWords(terms: Terms, language: 'zh-CN' | 'en', currency?: string): string {
  if (terms.kind === 'percent_off') return formatOffBps(terms.offBps ?? 0, language);
  return formatFenShort(terms.offFen ?? 0, currency);
}

/** From which amount it counts. */
export function thresholdWords(terms: Terms, t: Translate, currency?: string): string {
  return terms.thresholdFen > 0
    ? t('coupons.threshold', { amount: formatFenShort(terms.thresholdFen, currency) })
    : t('coupons.noThreshold');
}

interface AmountStep {
  readonly thresholdFen: number;
  readonly offFen: number;
}

/** Reads the rule of a coupon, whose shape the contract leaves open: of steps the highest promise is shown. */
export function termsOfRule(kind: Terms['kind'], rule: unknown): Terms {
  const parts = (rule ?? {}) as { steps?: readonly AmountStep[]; offBps?: number; thresholdFen?: number };
  if (kind === 'percent_off') {
    return { kind, offFen: null, offBps: parts.offBps ?? 0, thresholdFen: parts.thresholdFen ?? 0 };
  }
  const best = parts.steps?.at(-1);
  return { kind, offFen: best?.offFen ?? 0, offBps: null, thresholdFen: best?.thresholdFen ?? 0 };
}
