import * as z from 'zod';

import { everyStore } from '#platform/context';
import { DomainError } from '#platform/errors';
import type { JobContext, JobDefinition } from '#platform/jobs';

import { removeDemo } from './remove-demo.ts';
import { removalJob } from './request-removal.ts';

const Payload = z.object({
  tenantId: z.int(),
  actor: z.object({ kind: z.literal('staff'), id: z.string(), name: z.string() }),
  withOwnData: z.boolean(),
});

async function note({ database }: JobContext, tenantId: number, set: { step?: string; error?: string }): Promise<void> {
  await database.work({ tenantId, scope: everyStore }, (tx) =>
    tx.execute(
      `update demo.seedings set removal_step = coalesce($2, removal_step), removal_error = $3 where tenant_id = $1`,
      [tenantId, set.step ?? null, set.error ?? null],
    ),
  );
}

export const jobs: readonly JobDefinition[] = [
  {
    name: removalJob,
    maxAttempts: 3,
    async handle(job, payload) {
      const { tenantId, actor, withOwnData } = Payload.parse(payload);
      let notedAt = 0;
      const onStep = async (step: string) => {
        // The row goes with the rest at the end; until then people see what is being done, at most twice a second.
        if (step === 'files' || step === 'warehouse' || performance.now() - notedAt < 500) return;
        notedAt = performance.now();
        await note(job, tenantId, { step });
      };
      try {
        await removeDemo(job, { tenantId, actor, withOwnData, onStep });
      } catch (error) {
        const code = error instanceof DomainError ? error.code : 'internal';
        await note(job, tenantId, { error: code });
        if (code === 'no_demo_data') return;
        throw error;
      }
    },
  },
];
