import { audit } from '#platform/audit';
import type { Context } from '#platform/context';
import { everyStore } from '#platform/context';
import { enqueue } from '#platform/job-queue';
import type { JobContext } from '#platform/jobs';

import { ImportNotAtRest, ImportNotRunning } from './errors.ts';
import type { ImportSettings } from './file-format.ts';
import { findColumns } from './file-format.ts';
import { formatOf } from './file-formats.ts';
import { findImport } from './import-store.ts';
import type { Import } from './import-store.ts';
import { refuseMissing } from './survey-file.ts';
import { readingOf } from './survey-file.ts';
import { defaultSettings, readHeader } from './upload-import.ts';

const jobName = 'orders.import-file';

/** What a person may change of an import before it starts; another format brings its own columns. */
export type SettingsChange = { readonly [Name in keyof ImportSettings]?: ImportSettings[Name] | undefined };

/** Changes how a file is read, before it starts. Throws `ImportNotAtRest` once rows have been taken. */
export async function configureImport(ctx: Context, importId: string, change: SettingsChange): Promise<Import> {
  const stored = await lockImport(ctx, importId);
  const isUntouched = stored.state === 'uploaded' || (stored.state === 'failed' && stored.rowsDone === 0);
  if (!isUntouched) throw new ImportNotAtRest(stored.state);
  const given = Object.fromEntries(
    Object.entries(change).filter(([, value]) => value !== undefined),
  ) as Partial<ImportSettings>;
  const open = async () => (await ctx.services.files.open(ctx.tenantId, stored.fileId)).stream;
  let settings: ImportSettings = { ...stored.settings, ...given };
  const isReread = settings.encoding !== stored.settings.encoding || settings.delimiter !== stored.settings.delimiter;
  if (settings.format !== stored.settings.format || isReread) {
    const header = await readHeader(open, readingOf(settings));
    const format = formatOf(settings.format);
    settings = isReread
      ? { ...settings, columns: findColumns(format, header), ...given }
      : { ...settings, ...defaultSettings(format, header), ...given };
  }
  await ctx.tx.execute(`update orders.imports set settings = $3 where tenant_id = $1 and import_id = $2`, [
    ctx.tenantId,
    importId,
    JSON.stringify(settings),
  ]);
  return { ...stored, settings };
}

/** Starts an import, or goes on with a paused or failed one from where it stopped. */
export async function startImport(ctx: Context, importId: string): Promise<Import> {
  const stored = await lockImport(ctx, importId);
  if (stored.state === 'queued' || stored.state === 'running') return stored;
  if (stored.state === 'done') throw new ImportNotAtRest(stored.state);
  refuseMissing(stored.settings);
  await ctx.tx.execute(
    `update orders.imports set state = 'queued', error_code = null, error_details = null, finished_at = null, leased_until = now()
      where tenant_id = $1 and import_id = $2`,
    [ctx.tenantId, importId],
  );
  await enqueue(ctx, jobName, { tenantId: ctx.tenantId, importId }, { key: `import:${importId}` });
  await audit(ctx, {
    action: 'orders.import',
    objectType: 'import',
    objectId: importId,
    details: { fileName: stored.fileName },
  });
  return findImport(ctx, importId);
}

/** Stops an import after the chunk it is at; what it has taken stays. */
export async function pauseImport(ctx: Context, importId: string): Promise<Import> {
  const stored = await lockImport(ctx, importId);
  if (stored.state === 'paused') return stored;
  if (stored.state !== 'queued' && stored.state !== 'running') throw new ImportNotRunning(stored.state);
  await ctx.tx.execute(
    `update orders.imports set state = 'paused', runner = null, leased_until = null where tenant_id = $1 and import_id = $2`,
    [ctx.tenantId, importId],
  );
  return findImport(ctx, importId);
}

async function lockImport(ctx: Context, importId: string): Promise<Import> {
  await ctx.tx.query(`select 1 from orders.imports where tenant_id = $1 and import_id = $2 for update`, [
    ctx.tenantId,
    importId,
  ]);
  return findImport(ctx, importId);
}

/** Takes up imports whose process died: their lease has run out and nobody else works on them. */
export async function reviveImports({ database }: Pick<JobContext, 'database'>): Promise<void> {
  await database.work({ tenantId: null, scope: everyStore }, async (tx) => {
    const orphans = await tx.query<{ tenant_id: number; import_id: string }>(
      `update orders.imports set leased_until = now() + interval '60 seconds', state = 'queued'
        where state in ('queued', 'running') and leased_until < now() - interval '5 seconds' returning tenant_id, import_id`,
    );
    for (const { tenant_id: tenantId, import_id: importId } of orphans) {
      await enqueue({ tx }, jobName, { tenantId, importId }, { key: `import:${importId}` });
    }
  });
}
