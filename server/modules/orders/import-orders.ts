import { createReadStream } from 'node:fs';
import { basename } from 'node:path';

import { everyStore } from '#platform/context';
import type { JobContext } from '#platform/jobs';

import type { ImportSettings } from './file-format.ts';
import { formatOf } from './file-formats.ts';
import { findImport } from './import-store.ts';
import type { Import } from './import-store.ts';
import { runImport } from './run-import.ts';
import { refuseMissing } from './survey-file.ts';
import { defaultSettings, recogniseFile, registerImport } from './upload-import.ts';

/** What the caller may set instead of what is recognised. */
export interface ImportRequest {
  readonly tenantId: number;
  readonly path: string;
  /** A format's code, when the header alone does not tell. */
  readonly format?: string | undefined;
  readonly settings?: Partial<Omit<ImportSettings, 'format' | 'columns' | 'encoding' | 'delimiter'>> | undefined;
  /** Told the state about once a second. */
  readonly onProgress?: ((progress: Import) => void) | undefined;
}

/** Imports a file of orders from the local disk in this process and returns what came of it: `shuke import <file>`. */
export async function importOrders(
  job: Pick<JobContext, 'database' | 'services' | 'signal'>,
  request: ImportRequest,
): Promise<Import> {
  const { tenantId, path } = request;
  const { files } = job.services;
  const recognised = await recogniseFile(async () => createReadStream(path));
  const chosen = request.format === undefined ? {} : defaultSettings(formatOf(request.format), recognised.header);
  const settings: ImportSettings = { ...recognised.settings, ...chosen, ...request.settings };
  refuseMissing(settings);
  const stored = await files.put(tenantId, createReadStream(path));
  const read = () => job.database.work({ tenantId, scope: everyStore }, (tx) => findImport({ tx, tenantId }, importId));
  const importId = await job.database.work({ tenantId, scope: everyStore }, async (tx) => {
    const ctx = {
      tx,
      tenantId,
      now: tx.now,
      actor: { kind: 'system', name: 'shuke import' },
    } as const;
    const id = await registerImport(ctx, { ...stored, fileName: basename(path) }, settings);
    await tx.execute(`update orders.imports set state = 'queued' where tenant_id = $1 and import_id = $2`, [
      tenantId,
      id,
    ]);
    return id;
  });
  const { onProgress } = request;
  const ticker = onProgress ? setInterval(() => void read().then(onProgress, reportNothing), 1_000) : undefined;
  try {
    await runImport(job, { tenantId, importId });
  } finally {
    clearInterval(ticker);
  }
  return read();
}

// A progress line that cannot be read now is read a second later; the import itself meets every fault.
function reportNothing(): void {}
