import { findProduct, listProducts } from '@shuke/server/contracts/catalog';
import { useQueries } from '@tanstack/react-query';
import { Select } from 'antd';
import { useState } from 'react';

import { call } from '../../lib/api.ts';
import type { Reply } from '../../lib/api.ts';
import { queryKeyOf, useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';

interface ProductPickerProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: readonly string[];
  readonly most: number;
  readonly disabled: boolean;
  readonly onChange: (productIds: string[]) => void;
}

/** Products chosen by searching; each shows its name, also when it was chosen long ago. */
export function ProductPicker({ label, placeholder, value, most, disabled, onChange }: ProductPickerProps) {
  const enabled = useCan('catalog.read');
  const [search, setSearch] = useState('');
  const found = useRead(
    listProducts,
    { query: { limit: 50, ...(search === '' ? {} : { search }) } },
    { enabled, keepPrevious: true },
  );
  const items = found.data?.items ?? [];
  const chosen = useProducts(value.filter((id) => !items.some(({ productId }) => productId === id)));
  const options = [...items, ...chosen].map(({ productId, title, code }) => ({
    value: productId,
    label: `${title} (${code})`,
  }));
  return (
    <Select
      mode="multiple"
      aria-label={label}
      style={{ width: '100%' }}
      maxCount={most}
      showSearch={{ filterOption: false, onSearch: setSearch }}
      placeholder={placeholder}
      loading={found.isFetching}
      disabled={disabled || !enabled}
      value={[...value]}
      options={options}
      onChange={(productIds: string[]) => onChange(productIds)}
    />
  );
}

type Product = Reply<typeof findProduct>;

/** Products by their ids, as far as they are known yet; one that is gone is left out. */
export function useProducts(productIds: readonly string[]): Product[] {
  const enabled = useCan('catalog.read');
  const answers = useQueries({
    queries: productIds.map((productId) => ({
      queryKey: queryKeyOf(findProduct, { params: { productId } }),
      queryFn: ({ signal }: { signal: AbortSignal }) => call(findProduct, { params: { productId } }, { signal }),
      enabled,
      staleTime: 300_000,
    })),
  });
  return answers.flatMap(({ data }) => (data === undefined ? [] : [data]));
}
