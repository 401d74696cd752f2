import { audit } from '#platform/audit';
import type { Context } from '#platform/context';

import { csvRow } from './csv-safe.ts';
import type { RowFault } from './file-order-row.ts';
import { findImport, readRejects } from './import-store.ts';
import { readingOf } from './survey-file.ts';
import { readHeader } from './upload-import.ts';

const sentences: Readonly<Record<string, Readonly<Record<'zh-CN' | 'en', string>>>> = {
  order_number_missing: { 'zh-CN': '缺少订单号', en: 'no order number' },
  order_number_too_long: { 'zh-CN': '订单号超过 64 个字符', en: 'order number longer than 64 characters' },
  other_row_of_order_rejected: {
    'zh-CN': '同一订单的其他行有误，行号',
    en: 'another row of the same order is wrong, row',
  },
  order_contradicts_itself: { 'zh-CN': '订单内容自相矛盾', en: 'the order contradicts itself' },
  cannot_be_stored: { 'zh-CN': '数值无法保存', en: 'a value cannot be stored' },
  too_many_rows_in_order: { 'zh-CN': '单个订单行数过多', en: 'too many rows in one order' },
  too_few_cells: { 'zh-CN': '列数少于表头', en: 'fewer cells than the header' },
  too_many_cells: { 'zh-CN': '列数多于表头', en: 'more cells than the header' },
  nul_character: { 'zh-CN': '含有空字符', en: 'contains a NUL character' },
  unreadable_characters: { 'zh-CN': '含有无法识别的字符', en: 'contains unreadable characters' },
  cell_too_long: { 'zh-CN': '单元格过长', en: 'cell too long' },
  not_an_amount: { 'zh-CN': '不是金额', en: 'not an amount' },
  not_a_quantity: { 'zh-CN': '不是整数数量', en: 'not a whole quantity' },
  not_a_time: { 'zh-CN': '不是时间', en: 'not a time' },
  not_a_currency: { 'zh-CN': '不是币种代码', en: 'not a currency code' },
  value_missing: { 'zh-CN': '缺少必填值', en: 'a required value is missing' },
  status_unknown: { 'zh-CN': '未知的订单状态', en: 'unknown order status' },
};

/** A fault in words: column, reason, what was found. */
export function describeFault({ code, column, found }: RowFault, locale: 'zh-CN' | 'en'): string {
  const reason = sentences[code]?.[locale] ?? code;
  return [column, `${reason}${found === undefined ? '' : ` ${found}`}`].filter(Boolean).join(': ');
}

/** The rejected rows of an import as CSV text, piece by piece: row number, reasons, then the row as it stood. Audited. */
export async function* rejectsCsv(ctx: Context, importId: string): AsyncGenerator<string> {
  const stored = await findImport(ctx, importId);
  await audit(ctx, {
    action: 'orders.download_rejects',
    objectType: 'import',
    objectId: importId,
    details: { rows: stored.rowsRejected },
  });
  const open = async () => (await ctx.services.files.open(ctx.tenantId, stored.fileId)).stream;
  const header = await readHeader(open, readingOf(stored.settings));
  const [row, reasons] = ctx.locale === 'en' ? ['row', 'reasons'] : ['行号', '原因'];
  yield `\uFEFF${csvRow([row, reasons, ...header])}`;
  for await (const rejects of readRejects(ctx, importId)) {
    yield rejects
      .map(({ rowNo, faults, cells }) =>
        csvRow([String(rowNo), faults.map((fault) => describeFault(fault, ctx.locale)).join('; '), ...cells]),
      )
      .join('');
  }
}
