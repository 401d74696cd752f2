/** An amount as people read it, whole amounts without decimals: `¥20`, `¥19.90`. In minor units of a currency with two decimals. */
export function moneyText(amountMinor: number, { currency, language }: { currency: string; language: string }): string {
  return new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    trailingZeroDisplay: 'stripIfInteger',
  }).format(amountMinor / 100);
}

/** Rounds half away from zero: `amount × rateBps / 10 000`, for prices and taxes customers see. Integers in minor units. */
export function mulBps(amount: number, rateBps: number): number {
  const product = BigInt(amount) * BigInt(rateBps);
  const magnitude = product < 0n ? -product : product;
  const rounded = Number((magnitude + 5_000n) / 10_000n);
  return product < 0n ? -rounded : rounded;
}

/** Rounds towards zero: `amount × rateBps / 10 000`, for money we pay out. Integers in minor units. */
export function mulBpsFloor(amount: number, rateBps: number): number {
  return Number((BigInt(amount) * BigInt(rateBps)) / 10_000n);
}

/**
 * Splits an integer amount over weights by largest remainder, ties in declared order; the parts always add up to the amount.
 * All-zero weights count as equal; a negative amount mirrors the positive split (reference: commerce rules §4.1).
 */
export function allocate(amount: number, weights: readonly number[]): number[] {
  if (weights.length === 0) {
    if (amount !== 0) throw new RangeError('cannot allocate an amount over no weights');
    return [];
  }
  if (weights.some((weight) => weight < 0 || !Number.isSafeInteger(weight))) {
    throw new RangeError('weights must be non-negative integers');
  }
  const sign = amount < 0 ? -1 : 1;
  const total = BigInt(Math.abs(amount));
  const sum = weights.reduce((acc, weight) => acc + BigInt(weight), 0n);
  const effective = sum === 0n ? weights.map(() => 1n) : weights.map((weight) => BigInt(weight));
  const divisor = sum === 0n ? BigInt(weights.length) : sum;
  const parts = effective.map((weight) => (total * weight) / divisor);
  const remainders = effective.map((weight, index) => ({ index, remainder: (total * weight) % divisor }));
  let left = Number(total - parts.reduce((acc, part) => acc + part, 0n));
  remainders.sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1));
  for (const { index } of remainders) {
    if (left === 0) break;
    parts[index] = (parts[index] ?? 0n) + 1n;
    left -= 1;
  }
  return parts.map((part) => (part === 0n ? 0 : sign * Number(part)));
}
