import type { Context } from '#platform/context';
import { maskAddress, maskIdentifier, maskName, maskPhone } from '#platform/personal-data';

import type { Target } from './file-format.ts';
import { formatOf } from './file-formats.ts';
import { RowGrouper } from './file-groups.ts';
import type { RowFault } from './file-order-row.ts';
import { readRows } from './file-rows.ts';
import type { FileRow } from './file-rows.ts';
import { findImport, findSameFile } from './import-store.ts';
import type { Import } from './import-store.ts';
import { describeFault } from './list-rejects.ts';
import type { NewOrder } from './new-order.ts';
import { missingTargets, readingOf } from './survey-file.ts';

const previewRows = 50;

/** An order as the file's first rows would make it, personal fields masked. */
export interface PreviewedOrder {
  readonly firstRowNo: number;
  readonly rowCount: number;
  readonly orderNo: string;
  readonly kind: string;
  readonly status: string | null;
  readonly placedAt: Date | null;
  readonly currency: string;
  readonly payableMinor: number | null;
  readonly refundedMinor: number;
  readonly buyer: string[];
  readonly receiver: string;
  readonly lines: {
    readonly skuCode: string;
    readonly title: string;
    readonly quantity: number;
    readonly amountMinor: number;
  }[];
}

export interface ImportPreview {
  readonly import: Import;
  readonly header: string[];
  /** Meanings an order cannot do without and no column has. */
  readonly missing: Target[];
  readonly orders: PreviewedOrder[];
  readonly problems: { readonly rowNo: number; readonly faults: readonly RowFault[]; readonly reason: string }[];
  /** An earlier import of the same bytes; running this one changes nothing. */
  readonly sameFileAs: { readonly importId: string; readonly createdAt: Date } | null;
}

/** Shows what an import would make of the first 50 rows of its file, with the settings it has now. */
export async function previewImport(ctx: Context, importId: string): Promise<ImportPreview> {
  const stored = await findImport(ctx, importId);
  const { settings } = stored;
  const open = async () => (await ctx.services.files.open(ctx.tenantId, stored.fileId)).stream;
  const [header, ...rows] = await firstRows(readRows(open, readingOf(settings)));
  const missing = missingTargets(settings);
  const shared = {
    import: stored,
    header: [...(header?.cells ?? [])],
    missing,
    sameFileAs: await findSameFile(ctx, stored),
  };
  if (!header || missing.includes('orderNo')) return { ...shared, orders: [], problems: [] };
  const grouper = new RowGrouper({
    format: formatOf(settings.format),
    settings,
    stamp: { importId, uploadedAt: stored.createdAt },
    header: header.cells,
  });
  for (const row of rows) grouper.add(row);
  grouper.close();
  const { orders, rejects } = grouper.take();
  return {
    ...shared,
    orders: orders.map(({ order, rows: [first, ...more] }) => previewed(order, first, more.length + 1)),
    problems: rejects.map(({ rowNo, faults }) => ({
      rowNo,
      faults: faults.map(({ code, column }) => ({ code, column })),
      reason: faults.map(({ code, column }) => describeFault({ code, column }, ctx.locale)).join('; '),
    })),
  };
}

async function firstRows(batches: AsyncGenerator<FileRow[]>): Promise<FileRow[]> {
  const rows: FileRow[] = [];
  for await (const batch of batches) {
    rows.push(...batch);
    if (rows.length > previewRows) break;
  }
  return rows.slice(0, previewRows + 1);
}

function previewed(order: NewOrder, first: FileRow | undefined, rowCount: number): PreviewedOrder {
  const { head, lines = [], refunds = [], buyer = [] } = order;
  const { name = '', phone = '', province = '', city = '', district = '', address = '' } = head?.receiver ?? {};
  return {
    firstRowNo: first?.rowNo ?? 0,
    rowCount,
    orderNo: order.sourceOrderNo,
    kind: head?.kind ?? 'sale',
    status: head?.status ?? null,
    placedAt: head?.placedAt ?? null,
    currency: head?.currency ?? 'CNY',
    payableMinor: head?.payableMinor ?? null,
    refundedMinor: refunds.reduce((sum, refund) => (refund.status === 'done' ? sum + refund.amountMinor : sum), 0),
    buyer: buyer.map(
      ({ kind, value }) => `${kind} ${kind.includes('phone') ? maskPhone(value) : maskIdentifier(value)}`,
    ),
    receiver: [
      name && maskName(name),
      phone && maskPhone(phone),
      province,
      city,
      district,
      address && maskAddress(address),
    ]
      .filter(Boolean)
      .join(' '),
    lines: lines.map(({ skuCode = '', title = '', quantity, amountMinor }) => ({
      skuCode,
      title,
      quantity,
      amountMinor,
    })),
  };
}
