import { readConfig } from '#platform/config';
import { openDatabase } from '#platform/database';
import { openFileStore } from '#platform/files';
import type { PipelineContext, ResolvedEvent } from '#platform/log/event';
import { runPipeline } from '#platform/log/pipeline';
import { resolveByDigits } from '#platform/log/testing';
import { createLogger } from '#platform/logger';
import { openVaults } from '#platform/vault';
import { loadMasterKey } from '#platform/vault-master-key';
import { openWarehouse } from '#platform/warehouse/client';

/** A pipeline as a process of its own, to be killed: its one subscription writes a row per event into public.effects and says so. */
const config = readConfig();
if (!config.databaseUrls) throw new Error('the three database addresses are needed');
const database = openDatabase(config.databaseUrls);
await runPipeline({
  database,
  services: {
    config,
    vaults: openVaults({ masterKey: loadMasterKey(config), database }),
    files: openFileStore(config.dataDir),
    warehouse: openWarehouse({ url: 'http://127.0.0.1:9' }),
  },
  resolve: resolveByDigits,
  subscriptions: [
    {
      name: 'effects',
      events: '*',
      async handle({ tx }: PipelineContext, events: readonly ResolvedEvent[]) {
        await tx.execute(`insert into public.effects select * from unnest($1::text[])`, [
          events.map(({ messageId }) => messageId),
        ]);
        process.stdout.write('.');
      },
    },
  ],
  logger: createLogger('pipeline', 'fatal'),
  signal: new AbortController().signal,
  maxBatchEvents: 60,
});
