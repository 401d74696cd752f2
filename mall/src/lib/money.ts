const signs: Readonly<Record<string, string>> = { CNY: '¥', USD: '$', EUR: '€', GBP: '£', HKD: 'HK$', JPY: '¥' };

/** Groups digits by threes: 1234567 → 1,234,567. Without Intl, because old mini-program engines lack it. */
export function groupDigits(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

export interface PriceParts {
  readonly sign: string;
  readonly minus: boolean;
  readonly whole: string;
  readonly cents: string;
}

/** An amount in fen, taken apart for display: sign, grouped whole units, two digits. */
export function priceParts(amountFen: number, currency = 'CNY'): PriceParts {
  const digits = String(Math.abs(Math.round(amountFen))).padStart(3, '0');
  return {
    sign: signs[currency] ?? `${currency} `,
    minus: amountFen < 0,
    whole: groupDigits(digits.slice(0, -2)),
    cents: digits.slice(-2),
  };
}

/** ¥12,480.00; a minus sign in front of what is taken off. */
export function formatFen(amountFen: number, currency = 'CNY'): string {
  const { sign, minus, whole, cents } = priceParts(amountFen, currency);
  return `${minus ? '−' : ''}${sign}${whole}.${cents}`;
}

/** Like formatFen, without cents that are zero: for coupons and thresholds. */
export function formatFenShort(amountFen: number, currency = 'CNY'): string {
  return formatFen(amountFen, currency).replace(/\.00$/, '');
}

/** 12,480 sold pieces: 1.2 万 in Chinese, 12.5k in English. */
export function formatCount(count: number, language: 'zh-CN' | 'en'): string {
  const [unit, suffix] = language === 'zh-CN' ? [10_000, ' 万'] : [1000, 'k'];
  if (count < unit) return groupDigits(String(Math.trunc(count)));
  return `${(Math.floor((count * 10) / unit) / 10).toString()}${suffix}`;
}

/** What a discount in bps is called: 1500 → 8.5 折 in Chinese, 15% off in English. */
export function formatOffBps(offBps: number, language: 'zh-CN' | 'en'): string {
  if (language === 'en') return `${offBps / 100}% off`;
  return `${(10_000 - offBps) / 1000} 折`;
}
