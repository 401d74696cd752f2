import { existsSync, readFileSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import * as z from 'zod';

import { everyStore } from '#platform/context';
import type { Context } from '#platform/context';
import type { Database } from '#platform/database';
import { defineError } from '#platform/errors';
import { newId } from '#platform/ids';
import { enqueue } from '#platform/job-queue';
import type { JobDefinition } from '#platform/jobs';

const Erasure = z.object({
  tenantId: z.int(),
  erasureId: z.uuid(),
  /** Keyed hashes of the person's identifiers: worth nothing without the keys. */
  subjects: z.array(z.int()).min(1),
  erasedAt: z.iso.datetime(),
});

/** That a person was erased, as kept outside the database. */
export type Erasure = z.output<typeof Erasure>;

export const ErasureListBroken = defineError(
  'erasure_list_broken',
  500,
  (file: string, line: number) =>
    `Line ${line} of ${file} is not an erasure. Bring the file back from a copy before restoring or starting: people on it must stay erased.`,
);

const everyTenant = { tenantId: null, scope: everyStore } as const;
const listJob = 'platform.list-erasures';

/** The list of erased people beside a data folder's database, or in a folder of backups. */
export function erasureFile(dir: string): string {
  return join(dir, 'erasures.jsonl');
}

/** Records that a person was erased, in the transaction of the erasure; a job copies the entry out of the database. */
export async function recordErasure(
  ctx: Pick<Context, 'tx' | 'tenantId' | 'now'>,
  { subjects, erasureId = newId() }: { subjects: readonly number[]; erasureId?: string },
): Promise<void> {
  await ctx.tx.execute(
    `insert into platform.erasures (tenant_id, erasure_id, subjects, erased_at) values ($1, $2, $3, $4)`,
    [ctx.tenantId, erasureId, subjects, ctx.now],
  );
  await enqueue(ctx, listJob, {}, { key: listJob, maxAttempts: 25 });
}

/** Entries of a list; none when there is no such file. Throws ErasureListBroken rather than forgetting a person. */
export function readErasures(file: string): Erasure[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      if (line === '') return [];
      try {
        return Erasure.parse(JSON.parse(line));
      } catch (cause) {
        throw Object.assign(new ErasureListBroken(file, index + 1), { cause });
      }
    });
}

/** Writes the union of the entries and those the file already has; there whole or not at all, and durable. */
export async function addErasures(file: string, entries: readonly Erasure[]): Promise<void> {
  const known = new Map(readErasures(file).map((entry) => [entry.erasureId, entry]));
  const before = known.size;
  for (const entry of entries) known.set(entry.erasureId, entry);
  if (known.size === before) return;
  await mkdir(dirname(file), { recursive: true, mode: 0o711 });
  const draft = await open(`${file}.new`, 'w', 0o600);
  try {
    await draft.writeFile(`${[...known.values()].map((entry) => JSON.stringify(entry)).join('\n')}\n`);
    await draft.sync();
  } finally {
    await draft.close();
  }
  await rename(`${file}.new`, file);
  const folder = await open(dirname(file), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** All erasures the database knows of. */
export async function recordedErasures(database: Pick<Database, 'work'>): Promise<Erasure[]> {
  const rows = await database.work(everyTenant, (tx) =>
    tx.query<{ tenant_id: number; erasure_id: string; subjects: number[]; erased_at: Date }>(
      `select tenant_id, erasure_id, subjects, erased_at from platform.erasures order by erased_at, erasure_id`,
    ),
  );
  return rows.map(({ tenant_id: tenantId, erasure_id: erasureId, subjects, erased_at: erasedAt }) => ({
    tenantId,
    erasureId,
    subjects: subjects.map(Number),
    erasedAt: erasedAt.toISOString(),
  }));
}

/** Copies the erasures out of the database to the list beside it; hourly too, should a job get lost. */
export const listErasures: JobDefinition = {
  name: listJob,
  cron: '17 * * * *',
  async handle({ database, services }) {
    await addErasures(erasureFile(services.config.dataDir), await recordedErasures(database));
  },
};
