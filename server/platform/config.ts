import { resolve } from 'node:path';

import * as z from 'zod';

import { defineError } from '#platform/errors';

const port = z.coerce.number().int().min(0).max(65_535);

const Environment = z.object({
  PORT: port.default(3000),
  /** Address to listen on; anything but loopback should stand behind TLS. */
  HOST: z.string().default('127.0.0.1'),
  /** Folder for everything the embedded engines and the product write. */
  SHUKE_DATA: z.string().min(1).default('.shuke'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** With DATABASE_URL: the two restricted roles' addresses. */
  DATABASE_URL_WEB: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_URL_WORKER: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  CLICKHOUSE_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** 64 hexadecimal digits; when absent a key file is made once in SHUKE_DATA/secrets. */
  SHUKE_MASTER_KEY: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits (32 random bytes)')
    .refine(
      (key) => new Set(key.toLowerCase().match(/../g)).size >= 12,
      'is not random enough; make one with `openssl rand -hex 32`',
    )
    .optional(),
  /** Public address of the shop, for links and QR codes. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Intake of events answers 503 while the pipeline is further behind than this, in seconds or in megabytes of the log. */
  SHUKE_INTAKE_MAX_LAG_S: z.coerce.number().int().min(1).default(300),
  SHUKE_INTAKE_MAX_LAG_MB: z.coerce.number().int().min(1).default(512),
  /** Folder for backups, on another disk: one is made there by itself every so many hours. */
  SHUKE_BACKUP_DIR: z.string().min(1).optional(),
  SHUKE_BACKUP_EVERY_H: z.coerce.number().int().min(1).max(720).default(24),
  /** How far back a restore must reach, and how many backups stay whatever their age. */
  SHUKE_BACKUP_DAYS: z.coerce.number().int().min(1).max(3_650).default(35),
  SHUKE_BACKUP_AT_LEAST: z.coerce.number().int().min(1).max(100).default(2),
  /** Pretended payments and sign-in codes on screen; without it they are on only while there is no PUBLIC_URL. */
  SHUKE_SANDBOX: z.enum(['on', 'off']).optional(),
  /** What the demo brand's people sign in with when it is founded; random when absent. */
  SHUKE_DEMO_PASSWORD: z.string().min(12).optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  SMTP_FROM: z.string().default('Shuke <no-reply@localhost>'),
  SHUKE_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  NODE_TLS_REJECT_UNAUTHORIZED: z
    .string()
    .refine((value) => value !== '0', 'switches certificate checks off; remove it')
    .optional(),
});

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly databaseUrls: { readonly owner: string; readonly web: string; readonly worker: string } | null;
  readonly clickhouseUrl: string | null;
  readonly masterKeyHex: string | null;
  readonly publicUrl: string | null;
  readonly isSandbox: boolean;
  readonly intake: { readonly maxLagMs: number; readonly maxLagBytes: number };
  readonly demoPassword: string | null;
  readonly smtp: { readonly url: string; readonly from: string } | null;
  readonly logLevel: string;
  /** `dir` is null when backups are only made by hand. */
  readonly backups: {
    readonly dir: string | null;
    readonly everyMs: number;
    readonly retention: { readonly days: number; readonly atLeast: number };
  };
}

export const InvalidConfiguration = defineError(
  'invalid_configuration',
  500,
  (faults: readonly string[]) =>
    `The configuration has ${faults.length} fault(s):\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
);

/** Reads the configuration from environment variables; refuses with every fault named at once. */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  cwd = process.cwd(),
): Config {
  const present = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = Environment.safeParse(present);
  const faults = parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  const urls = [present['DATABASE_URL'], present['DATABASE_URL_WEB'], present['DATABASE_URL_WORKER']];
  if (urls.some(Boolean) && !urls.every(Boolean)) {
    faults.push(
      'DATABASE_URL, DATABASE_URL_WEB and DATABASE_URL_WORKER go together: the owner and the two restricted roles',
    );
  }
  if (!parsed.success || faults.length > 0) throw new InvalidConfiguration(faults);
  const { data } = parsed;
  return {
    port: data.PORT,
    host: data.HOST,
    dataDir: resolve(cwd, data.SHUKE_DATA),
    databaseUrls:
      data.DATABASE_URL && data.DATABASE_URL_WEB && data.DATABASE_URL_WORKER
        ? { owner: data.DATABASE_URL, web: data.DATABASE_URL_WEB, worker: data.DATABASE_URL_WORKER }
        : null,
    clickhouseUrl: data.CLICKHOUSE_URL ?? null,
    masterKeyHex: data.SHUKE_MASTER_KEY ?? null,
    publicUrl: data.PUBLIC_URL ?? null,
    isSandbox: data.SHUKE_SANDBOX === undefined ? data.PUBLIC_URL === undefined : data.SHUKE_SANDBOX === 'on',
    intake: { maxLagMs: data.SHUKE_INTAKE_MAX_LAG_S * 1_000, maxLagBytes: data.SHUKE_INTAKE_MAX_LAG_MB * 1_048_576 },
    demoPassword: data.SHUKE_DEMO_PASSWORD ?? null,
    smtp: data.SMTP_URL ? { url: data.SMTP_URL, from: data.SMTP_FROM } : null,
    logLevel: data.SHUKE_LOG_LEVEL,
    backups: {
      dir: data.SHUKE_BACKUP_DIR === undefined ? null : resolve(cwd, data.SHUKE_BACKUP_DIR),
      everyMs: data.SHUKE_BACKUP_EVERY_H * 3_600_000,
      retention: { days: data.SHUKE_BACKUP_DAYS, atLeast: data.SHUKE_BACKUP_AT_LEAST },
    },
  };
}
