import type { Sku } from '../api/types.ts';

export type Choice = Readonly<Record<string, string>>;

/** Values of one specification in the order in which the SKUs name them. */
export function specValues(skus: readonly Sku[], name: string): string[] {
  return [...new Set(skus.flatMap((sku) => sku.spec[name] ?? []))];
}

/** The SKU that has exactly the chosen values; undefined while something is not chosen. */
export function chosenSku(skus: readonly Sku[], names: readonly string[], choice: Choice): Sku | undefined {
  if (names.length === 0) return skus[0];
  return skus.find((sku) => names.every((name) => choice[name] !== undefined && sku.spec[name] === choice[name]));
}

/** Whether a value leads to a SKU that is in stock, given what else is chosen. */
export function isReachable(skus: readonly Sku[], choice: Choice, name: string, value: string): boolean {
  return skus.some(
    (sku) =>
      sku.available > 0 &&
      sku.spec[name] === value &&
      Object.entries(choice).every(([other, wanted]) => other === name || sku.spec[other] === wanted),
  );
}

/** The choice a visitor starts with: the cheapest SKU in stock, else the first. */
export function firstChoice(skus: readonly Sku[], names: readonly string[]): Choice {
  const inStock = skus.filter((sku) => sku.available > 0);
  const start = (inStock.length > 0 ? inStock : skus).reduce<Sku | undefined>(
    (best, sku) => (best === undefined || sku.price.payFen < best.price.payFen ? sku : best),
    undefined,
  );
  return Object.fromEntries(
    names.flatMap((name) => (start?.spec[name] === undefined ? [] : [[name, start.spec[name]]])),
  );
}
