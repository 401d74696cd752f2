/** One thing that varies (colour, size) with its values. */
export interface Spec {
  readonly name: string;
  readonly values: readonly string[];
}

export interface SkuDraft {
  readonly skuId?: string | undefined;
  readonly code: string;
  readonly barcode?: string | null;
  readonly spec: Readonly<Record<string, string>>;
  readonly listPriceFen: number;
  readonly salePriceFen: number;
  readonly costFen?: number | null;
  readonly weightG?: number | null;
  readonly imageFileId?: string | null;
  readonly isEnabled?: boolean;
}

/** The specs SKUs vary by, values in the order they appear. */
export function specsOf(specNames: readonly string[], skus: readonly Pick<SkuDraft, 'spec'>[]): Spec[] {
  return specNames.map((name) => ({
    name,
    values: [...new Set(skus.map(({ spec }) => spec[name] ?? '').filter((value) => value !== ''))],
  }));
}

/**
 * One SKU for every combination of values. A combination that was there keeps its codes and prices; a new one takes the prices of the
 * first and a code made of the product's and a number that is not in use.
 */
export function skuMatrix(specs: readonly Spec[], before: readonly SkuDraft[], productCode: string): SkuDraft[] {
  const used = specs.filter(({ name, values }) => name !== '' && values.length > 0);
  const combinations = used.reduce<Record<string, string>[]>(
    (rows, { name, values }) => rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))),
    [{}],
  );
  const keyOf = (spec: Readonly<Record<string, string>>) => JSON.stringify(used.map(({ name }) => spec[name] ?? ''));
  const known = new Map(before.map((sku) => [keyOf(sku.spec), sku]));
  const codes = new Set(before.map(({ code }) => code));
  const first = before[0];
  const newCode = () => {
    let number = 1;
    while (codes.has(`${productCode}-${number}`)) number += 1;
    const code = `${productCode}-${number}`;
    codes.add(code);
    return code;
  };
  return combinations.map((spec) => {
    const sku = known.get(keyOf(spec));
    if (sku !== undefined) return { ...sku, spec };
    return {
      code: newCode(),
      spec,
      listPriceFen: first?.listPriceFen ?? 0,
      salePriceFen: first?.salePriceFen ?? 0,
      costFen: first?.costFen ?? null,
      weightG: first?.weightG ?? null,
      isEnabled: true,
    };
  });
}
