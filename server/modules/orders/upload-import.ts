import { extname } from 'node:path';

import { actorRef } from '#platform/context';
import type { Context } from '#platform/context';
import type { StoredFile } from '#platform/files';
import { newId } from '#platform/ids';

import { findColumns, recogniseFormat } from './file-format.ts';
import type { FileFormat, ImportSettings } from './file-format.ts';
import { fileFormats, genericOrders } from './file-formats.ts';
import { detectDelimiter, readRows } from './file-rows.ts';
import { detectEncoding } from './file-text.ts';
import type { OpenFile } from './file-text.ts';

/** Recognises a file: its encoding, delimiter, kind and columns. Throws the typed errors of reading when it is no readable table. */
export async function recogniseFile(open: OpenFile): Promise<{ settings: ImportSettings; header: string[] }> {
  const encoding = await detectEncoding(open);
  const delimiter = await detectDelimiter(open, encoding);
  const header = await readHeader(open, { encoding, delimiter });
  const format = recogniseFormat(fileFormats, header) ?? genericOrders;
  return { header, settings: { ...defaultSettings(format, header), encoding, delimiter } };
}

/** The settings a format starts with. */
export function defaultSettings(
  format: FileFormat,
  header: readonly string[],
): Omit<ImportSettings, 'encoding' | 'delimiter'> {
  return {
    format: format.code,
    columns: findColumns(format, header),
    sourceId: format.sourceId,
    channel: format.channel,
    shop: '',
    storeId: null,
    currency: format.currency,
    timeZone: format.timeZone,
    dateOrder: format.dateOrder,
    isBackfill: true,
  };
}

/** The cells of a file's first row. */
export async function readHeader(
  open: OpenFile,
  reading: Pick<Parameters<typeof readRows>[1], 'encoding' | 'delimiter'>,
): Promise<string[]> {
  for await (const [first] of readRows(open, reading)) return [...(first?.cells ?? [])];
  return [];
}

/** Registers an uploaded file as an import that has not started; returns its id. The file has been recognised already. */
export async function registerImport(
  ctx: Pick<Context, 'tx' | 'tenantId' | 'actor' | 'now'>,
  file: StoredFile & { readonly fileName: string },
  settings: ImportSettings,
): Promise<string> {
  const importId = newId();
  await ctx.tx.execute(
    `insert into orders.imports (tenant_id, import_id, file_id, file_name, size_bytes, sha256, settings, created_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      ctx.tenantId,
      importId,
      file.fileId,
      safeName(file.fileName),
      file.sizeBytes,
      file.sha256,
      JSON.stringify(settings),
      ctx.now,
      actorRef(ctx.actor),
    ],
  );
  return importId;
}

function safeName(name: string): string {
  const bare = name.replaceAll(/[\p{Cc}\p{Cf}/\\]/gu, '_');
  return bare.length <= 200 && bare !== '' ? bare : `${bare.slice(0, 180) || 'orders'}${extname(bare).slice(0, 10)}`;
}
