import type { Context } from '#platform/context';

/** The story a tenant was filled with. */
export interface Story {
  readonly customers: number;
  readonly months: number;
  readonly seed: number;
}

/** A story with how far it has come. */
export interface Seeding extends Story {
  readonly untilAt: Date;
  readonly marks: Readonly<Record<string, unknown>>;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly removalRequestedAt: Date | null;
  readonly removalStep: string;
  readonly removalError: string | null;
}

type SeedingContext = Pick<Context, 'tx' | 'tenantId'>;

const columns = `customers, months, seed, until_at as "untilAt", marks, started_at as "startedAt", finished_at as "finishedAt",
  removal_requested_at as "removalRequestedAt", removal_step as "removalStep", removal_error as "removalError"`;

/** What the tenant was filled with; null for one that holds no demo data. */
export async function findSeeding({ tx, tenantId }: SeedingContext): Promise<Seeding | null> {
  const [row] = await tx.query<Seeding>(`select ${columns} from demo.seedings where tenant_id = $1`, [tenantId]);
  return row ?? null;
}

/** Notes that a story is about to be told; the one already begun stays. */
export async function beginSeeding(
  ctx: SeedingContext & Pick<Context, 'now'>,
  { customers, months, seed }: Story,
  untilAt: Date,
): Promise<Seeding> {
  const { tx, tenantId, now } = ctx;
  await tx.execute(
    `insert into demo.seedings (tenant_id, customers, months, seed, until_at, started_at) values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing`,
    [tenantId, customers, months, seed, untilAt, now],
  );
  const seeding = await findSeeding(ctx);
  if (!seeding) throw new Error('the seeding just noted is not there');
  return seeding;
}

/** Keeps what the story founded, beside what was kept before. */
export async function keepMarks(
  { tx, tenantId }: SeedingContext,
  marks: Readonly<Record<string, unknown>>,
): Promise<void> {
  await tx.execute(`update demo.seedings set marks = marks || $2 where tenant_id = $1`, [
    tenantId,
    JSON.stringify(marks),
  ]);
}

/** Notes that the story is told to its end. */
export async function finishSeeding({ tx, tenantId, now }: SeedingContext & Pick<Context, 'now'>): Promise<void> {
  await tx.execute(`update demo.seedings set finished_at = coalesce(finished_at, $2) where tenant_id = $1`, [
    tenantId,
    now,
  ]);
}
