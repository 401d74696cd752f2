import { catalog } from '#catalog';
import { collect } from '#collect';
import { coupons } from '#coupons';
import { customers } from '#customers';
import { demo } from '#demo';
import { insights } from '#insights';
import { journeys, runJourneys } from '#journeys';
import { ledger } from '#ledger';
import { loyalty } from '#loyalty';
import { mall } from '#mall';
import { messaging } from '#messaging';
import { orders } from '#orders';
import { org } from '#org';
import { runAuditSealer } from '#platform/audit-seal';
import type { JobContext, JobDefinition } from '#platform/jobs';
import type { Subscription } from '#platform/log/event';
import { logWarehouseMigrations } from '#platform/log/warehouse-schema';
import type { ModuleDefinition } from '#platform/module';
import type { WarehouseMigration } from '#platform/warehouse/migrate';
import { referral } from '#referral';
import { segments } from '#segments';
import { settlement } from '#settlement';
import { tags } from '#tags';

export { authenticate } from '#org';

/** Every module of the product, lowest layer first. */
export const modules: readonly ModuleDefinition[] = [
  org,
  ledger,
  collect,
  customers,
  catalog,
  orders,
  tags,
  segments,
  coupons,
  loyalty,
  mall,
  messaging,
  referral,
  settlement,
  journeys,
  insights,
  demo,
];

/** All jobs of all modules. */
export const jobs: readonly JobDefinition[] = modules.flatMap((module) => module.jobs ?? []);

/** All reactions to events, in the order of the modules' layers. */
export const subscriptions: readonly Subscription[] = modules.flatMap((module) => module.subscriptions ?? []);

/** Endless work of the jobs role beside the queue. */
export const loops: readonly ((ctx: JobContext) => Promise<void>)[] = [runAuditSealer, runJourneys];

/** The schema of the warehouse. */
export const warehouseMigrations: readonly WarehouseMigration[] = logWarehouseMigrations;
