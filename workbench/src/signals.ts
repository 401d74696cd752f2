/** What matters about a customer, from facts, by these rules: the first that holds. */
export type Signal = 'new' | 'recent' | 'sleeping' | 'loyal';

export interface Facts {
  readonly ordersCount: number;
  readonly lastOrderAt: string | null;
}

const dayMs = 86_400_000;

export function signalsOf(
  { ordersCount, lastOrderAt }: Facts,
  now: Date,
): { signal: Signal; days: number; count: number }[] {
  if (ordersCount === 0 || lastOrderAt === null) return [{ signal: 'new', days: 0, count: 0 }];
  const days = Math.max(0, Math.floor((now.getTime() - Date.parse(lastOrderAt)) / dayMs));
  const signals: { signal: Signal; days: number; count: number }[] = [];
  if (days <= 14) signals.push({ signal: 'recent', days, count: ordersCount });
  if (days > 60) signals.push({ signal: 'sleeping', days, count: ordersCount });
  if (ordersCount >= 4 || signals.length === 0) signals.push({ signal: 'loyal', days, count: ordersCount });
  return signals;
}
