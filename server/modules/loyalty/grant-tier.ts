import { audit } from '#platform/audit';
import type { Context } from '#platform/context';

import { MemberNotFound, UnknownTier } from './errors.ts';
import { rankOf } from './programme.ts';
import { readRunning } from './running.ts';
import { changeTiers, lockMembers } from './tier-store.ts';

/** Gives a customer a tier by hand or against payment, until a time; refunds do not take it back before. Audited with the reason in words. */
export async function grantTier(
  ctx: Context,
  {
    programmeId,
    customerId,
    tierCode,
    until,
    note,
  }: { programmeId: string; customerId: number; tierCode: string; until: Date; note: string },
): Promise<void> {
  const { programmes, zone } = await readRunning(ctx);
  const programme = programmes.find((one) => one.programmeId === programmeId);
  if (!programme) throw new MemberNotFound();
  if (rankOf(programme.content, tierCode) < 0) throw new UnknownTier(tierCode);
  const [member] = await lockMembers(ctx, programme, [customerId]);
  if (!member) throw new MemberNotFound();
  await changeTiers(ctx, programme, zone, [
    { member, decision: { to: tierCode, cause: 'granted', progress: [] }, grantedUntil: until },
  ]);
  await audit(ctx, {
    action: 'loyalty.grant_tier',
    objectType: 'customer',
    objectId: String(customerId),
    purpose: note,
    details: { programme_id: programmeId, from: member.tierCode, to: tierCode, until: until.toISOString() },
  });
}
