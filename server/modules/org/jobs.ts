import { everyStore } from '#platform/context';
import type { JobDefinition } from '#platform/jobs';
import type { KeyPurpose } from '#platform/vault-keys';

const allTenants = { tenantId: null, scope: everyStore } as const;

/** Forgets what sign-in leaves behind once nothing can come of it: ended sessions, old attempts, used links, answers kept for repeats. */
export const forgetOldSignIns: JobDefinition = {
  name: 'org.forget-old-sign-ins',
  cron: '10 19 * * *',
  async handle({ database }) {
    for (const statement of [
      `delete from platform.throttles where last_at < now() - interval '2 days'`,
      `delete from platform.sessions where least(expires_at, coalesce(revoked_at, 'infinity')) < now() - interval '30 days'`,
      `delete from org.invitations where coalesce(used_at, expires_at) < now() - interval '30 days'`,
      `delete from platform.idempotency_keys where created_at < now() - interval '7 days'`,
      `delete from platform.reveal_counts where day_on < current_date - 30`,
    ]) {
      await database.work(allTenants, (tx) => tx.execute(statement));
    }
  },
};

/** Adds a new data key where the newest is a year old; values move over when their tables are re-encrypted. */
export const renewOldKeys: JobDefinition = {
  name: 'org.renew-old-keys',
  cron: '40 19 * * 0',
  async handle({ database, services, logger }) {
    const old = await database.work(allTenants, (tx) =>
      tx.query<{ tenant_id: number; purpose: Exclude<KeyPurpose, 'index'> }>(
        `select tenant_id, purpose from platform.data_keys where purpose <> 'index'
          group by tenant_id, purpose having max(created_at) < now() - interval '1 year'`,
      ),
    );
    for (const { tenant_id: tenantId, purpose } of old) {
      await services.vaults.rotate(tenantId, purpose);
      logger.info({ tenantId, purpose }, 'a data key was a year old and has a successor');
    }
  },
};
