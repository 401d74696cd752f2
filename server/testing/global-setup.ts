import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';
import pino from 'pino';
import type { TestProject } from 'vitest/node';

import { startPostgres } from '#platform/engines/postgres';
import { installJobQueue } from '#platform/job-queue';
import { migrate } from '#platform/migrate';

import { moduleNames } from '../module-names.ts';

export interface TestCluster {
  readonly adminUrl: string;
  readonly urls: { readonly owner: string; readonly web: string; readonly worker: string };
  readonly template: string;
}

/** Starts one throw-away Postgres for the whole run and prepares the template database every test file clones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'shuke-test-'));
  const log = pino({ level: process.env['SHUKE_LOG_LEVEL'] ?? 'error' }, pino.destination(2));
  const engine = await startPostgres({ dir: join(dir, 'postgres'), log, fsync: false, sharedBuffersMb: 128 });
  const template = 'shuke_template';
  const admin = new pg.Client({ connectionString: engine.adminUrl });
  await admin.connect();
  await admin.query(`create database ${template} template template0 owner shuke_owner`);
  await admin.end();
  const owner = onDatabase(engine.urls.owner, template);
  const templateAdmin = new pg.Client({ connectionString: onDatabase(engine.adminUrl, template) });
  await templateAdmin.connect();
  for (const extension of ['pg_trgm', 'btree_gist', 'pgcrypto', 'amcheck']) {
    await templateAdmin.query(`create extension if not exists ${extension}`);
  }
  await templateAdmin.end();
  await migrate(owner, moduleNames);
  await installJobQueue(owner);
  project.provide('cluster', { adminUrl: engine.adminUrl, urls: engine.urls, template });
  return async () => {
    await engine.stop('immediate');
    await rm(dir, { recursive: true, force: true });
  };
}

/** The same server and role, another database. */
export function onDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

declare module 'vitest' {
  interface ProvidedContext {
    cluster: TestCluster;
  }
}
