import type { Context } from '#platform/context';

const nothing = JSON.stringify({ subject: '', body: '' });

/** Blanks what was written to a person, and sends nothing more of it. */
export async function erasePerson(ctx: Context, customerId: number): Promise<void> {
  const { tx, tenantId } = ctx;
  const sends = await tx.query<{ id: string }>(
    `select send_id as id from messaging.sends where tenant_id = $1 and customer_id = $2 for update`,
    [tenantId, customerId],
  );
  const vault = await ctx.services.vaults.forTenant(tx, tenantId);
  await tx.execute(
    `update messaging.sends s
        set content = n.content, state = case when s.state = 'reserved' then 'suppressed' else s.state end,
            reason = case when s.state = 'reserved' then 'no_address' else s.reason end
       from unnest($2::uuid[], $3::bytea[]) n(id, content) where s.tenant_id = $1 and s.send_id = n.id`,
    [
      tenantId,
      sends.map(({ id }) => id),
      sends.map(({ id }) => vault.encrypt({ table: 'messaging.sends', column: 'content', rowId: id }, nothing)),
    ],
  );
}
