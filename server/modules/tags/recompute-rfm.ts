import { everyStore } from '#platform/context';
import type { Context } from '#platform/context';
import { actorRef } from '#platform/context';
import { runningDefinitions } from '#platform/definitions';
import { newId } from '#platform/ids';
import { enqueue } from '#platform/job-queue';
import type { JobContext } from '#platform/jobs';
import { emit } from '#platform/outbox';

import { defaultRfmModel, rfmModelKind } from './rfm-model.ts';
import { scoreCustomers } from './score-customers.ts';
import { tagRfmGroups } from './tag-rfm-groups.ts';

const timeZone = 'Asia/Shanghai';

/** Asks for a new computation of RFM; returns its run, whose progress can be followed. */
export async function requestRfmRun(ctx: Context): Promise<string> {
  const [model] = await runningDefinitions(ctx.tx, rfmModelKind, ctx.tenantId);
  const runId = newId();
  await ctx.tx.execute(
    `insert into tags.rfm_runs (tenant_id, run_id, settings, requested_by) values ($1, $2, $3, $4)`,
    [ctx.tenantId, runId, JSON.stringify(model?.content ?? defaultRfmModel), actorRef(ctx.actor)],
  );
  await enqueue(ctx, 'tags.recompute-rfm', { tenantId: ctx.tenantId, runId }, { key: `rfm:${ctx.tenantId}:${runId}` });
  return runId;
}

/** Computes one requested run: scores, history, group tags and 'RFM Group Changed' events commit together. */
export async function computeRfmRun(
  { database }: Pick<JobContext, 'database'>,
  tenantId: number,
  runId: string,
): Promise<void> {
  const visibility = { tenantId, scope: everyStore };
  const [run] = await database.work(visibility, (tx) =>
    tx.query<{ settings: unknown }>(
      `update tags.rfm_runs set state = 'running' where tenant_id = $1 and run_id = $2 and state <> 'done' returning settings`,
      [tenantId, runId],
    ),
  );
  if (!run) return; // A repeated job finds its work done.
  const model = rfmModelKind.schema.parse(run.settings);
  await database.work(visibility, async (tx) => {
    // Two runs of a tenant would each overwrite half of the other's scores.
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('tags.rfm', $1))`, [tenantId]);
    await tx.execute(
      `create temporary table rfm_before on commit drop as select customer_id, group_code from tags.rfm_scores where tenant_id = (select platform.tenant_id())`,
    );
    const scored = await scoreCustomers(tx, { tenantId, runId, model, timeZone });
    const changed = await tx.query<{ customer_id: number; before: string | null; after: string | null }>(
      `select customer_id, b.group_code as before, s.group_code as after
         from rfm_before b full join (select customer_id, group_code from tags.rfm_scores where tenant_id = $1) s using (customer_id)
        where b.group_code is distinct from s.group_code`,
      [tenantId],
    );
    await tagRfmGroups(tx, { tenantId, runId });
    const occurredAt = tx.now;
    await emit(
      { tx },
      changed.map(({ customer_id, before, after }) => ({
        tenantId,
        name: 'RFM Group Changed',
        messageId: `rfm:${runId}:${customer_id}`,
        occurredAt,
        customerId: customer_id,
        properties: { before, after, run_id: runId },
      })),
    );
    await tx.execute(
      `update tags.rfm_runs
          set state = 'done', as_of_on = $3, from_on = $4, currency = $5, customers_count = $6, cuts = $7, finished_at = clock_timestamp()
        where tenant_id = $1 and run_id = $2`,
      [tenantId, runId, scored.asOfOn, scored.fromOn, scored.currency, scored.customers, JSON.stringify(scored.cuts)],
    );
  });
}

/** Requests today's run for every tenant that has orders. */
export async function requestDailyRuns({ database }: Pick<JobContext, 'database'>): Promise<void> {
  await database.work({ tenantId: null, scope: everyStore }, async (tx) => {
    const runs = await tx.query<{ tenant_id: number; run_id: string }>(
      `insert into tags.rfm_runs (tenant_id, run_id, settings, requested_by)
       select t.tenant_id, gen_random_uuid(),
              coalesce((select v.content from platform.definitions d
                          join platform.definition_versions v
                            on v.tenant_id = d.tenant_id and v.definition_id = d.definition_id and v.version = d.published_version
                         where d.tenant_id = t.tenant_id and d.kind = 'rfm_model' and d.status = 'active' limit 1), $1), 'system:daily'
         from (select distinct tenant_id from orders.purchases) t
       returning tenant_id, run_id`,
      [JSON.stringify(defaultRfmModel)],
    );
    for (const { tenant_id, run_id } of runs) {
      await enqueue(
        { tx },
        'tags.recompute-rfm',
        { tenantId: tenant_id, runId: run_id },
        { key: `rfm:${tenant_id}:${run_id}` },
      );
    }
  });
}
