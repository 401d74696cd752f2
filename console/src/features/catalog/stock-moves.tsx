import { listLocations, listStockMoves } from '@shuke/server/contracts/catalog';
import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Reply } from '../../lib/api.ts';
import { useList, useRead } from '../../lib/query.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { When, orDash } from '../../ui/formatted.tsx';
import { EmptyState } from '../../ui/states.tsx';

type Move = Reply<typeof listStockMoves>['items'][number];

interface StockMovesProps {
  readonly row: { readonly skuId: string; readonly title: string };
  readonly onClose: () => void;
}

/** Every change of a SKU's quantity on hand. */
export function StockMoves({ row, onClose }: StockMovesProps) {
  const { t } = useTranslation('catalog');
  const list = useList(listStockMoves, { params: { skuId: row.skuId } });
  const locations = useRead(listLocations, {}, { staleMs: 60_000 });
  const names = new Map(locations.data?.items.map(({ locationId, name }) => [locationId, name]));
  return (
    <Drawer
      title={t('stock.movesOf', { title: row.title })}
      size={720}
      open
      onClose={onClose}
      styles={{ body: { padding: 0 } }}
    >
      <DataTable<Move>
        label={t('stock.moves')}
        rowKey={(move) => move.moveId}
        columns={[
          { key: 'at', title: t('stock.at'), render: (move) => <When at={move.movedAt} shape="second" /> },
          {
            key: 'reason',
            title: t('stock.reason'),
            render: (move) => t(`moveReasons.${move.reason}`, { defaultValue: move.reason }),
          },
          {
            key: 'quantity',
            title: t('stock.quantity'),
            align: 'right',
            render: (move) => (move.quantity > 0 ? `+${move.quantity}` : move.quantity),
          },
          {
            key: 'location',
            title: t('stock.location'),
            render: (move) => names.get(move.locationId) ?? move.locationId,
          },
          { key: 'reference', title: t('stock.reference'), render: (move) => orDash(move.reference) },
        ]}
        list={list}
        empty={<EmptyState compact title={t('stock.noMoves')} />}
      />
    </Drawer>
  );
}
