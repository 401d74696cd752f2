import { openAnchors } from '#platform/audit-anchors';
import { verifyAudit } from '#platform/audit-verify';

import { withProduct } from './with-product.ts';

/** `shuke audit verify`: proves every tenant's audit chain, or names the first broken link. */
export async function auditCommand([act]: readonly string[]): Promise<number> {
  if (act !== 'verify') {
    console.log('Usage: shuke audit verify');
    return 2;
  }
  return withProduct(
    async ({ config, database }) => {
      const verdicts = await verifyAudit(database, openAnchors(config));
      for (const verdict of verdicts) console.log(JSON.stringify(verdict));
      const broken = verdicts.filter(({ faults }) => faults.length > 0);
      console.log(
        broken.length === 0
          ? `The audit log is whole: ${verdicts.length} tenant(s) verified.`
          : `The audit log was tampered with for tenant(s) ${broken.map(({ tenantId }) => tenantId).join(', ')}.`,
      );
      return broken.length === 0 ? 0 : 1;
    },
    { warehouse: false },
  );
}
