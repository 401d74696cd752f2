import { audit } from '#platform/audit';
import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';

import { StatementAnswered } from './errors.ts';

/** The partner's answer to their statement; given once. */
export async function answerStatement(
  ctx: Context,
  partnerCustomerId: number,
  statementId: string,
  { answer, reason }: { answer: 'accepted' | 'disputed'; reason: string },
): Promise<void> {
  const changed = await ctx.tx.execute(
    `update settlement.statements set state = $4, dispute_reason = case when $4 = 'disputed' then $5 end, answered_at = now()
      where tenant_id = $1 and statement_id = $2 and partner_customer_id = $3 and state = 'open'`,
    [ctx.tenantId, statementId, partnerCustomerId, answer, reason],
  );
  if (changed === 0) {
    const [found] = await ctx.tx.query<{ state: string }>(
      `select state from settlement.statements where tenant_id = $1 and statement_id = $2 and partner_customer_id = $3`,
      [ctx.tenantId, statementId, partnerCustomerId],
    );
    if (!found) throw new NotFound('statement');
    throw new StatementAnswered(found.state);
  }
  await audit(ctx, {
    action: `settlement.statement-${answer}`,
    objectType: 'statement',
    objectId: statementId,
    purpose: reason,
  });
}
