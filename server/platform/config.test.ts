import { describe, expect, test } from 'vitest';

import { InvalidConfiguration, readConfig } from '#platform/config';

const faultsOf = (environment: Record<string, string>): string => {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof InvalidConfiguration) return error.message;
    throw error;
  }
  return '';
};

describe('the configuration', () => {
  test('needs nothing: port 3000, data in .shuke beside the program, sandbox on while no public address is named', () => {
    expect(readConfig({}, '/srv/shop')).toMatchObject({
      port: 3_000,
      host: '127.0.0.1',
      dataDir: '/srv/shop/.shuke',
      databaseUrls: null,
      isSandbox: true,
    });
    expect(readConfig({ PUBLIC_URL: 'https://shop.example' }).isSandbox).toBe(false);
    expect(readConfig({ PUBLIC_URL: 'https://shop.example', SHUKE_SANDBOX: 'on' }).isSandbox).toBe(true);
  });

  test('an empty variable counts as absent', () => {
    expect(readConfig({ PORT: '', SMTP_URL: '' })).toMatchObject({ port: 3_000, smtp: null });
  });

  test('names every fault at once', () => {
    const faults = faultsOf({
      PORT: '70000',
      SHUKE_MASTER_KEY: 'secret',
      PUBLIC_URL: 'ftp://shop',
      SMTP_URL: 'mail.example',
      SHUKE_LOG_LEVEL: 'loud',
      CLICKHOUSE_URL: 'clickhouse://x',
    });
    for (const name of ['PORT', 'SHUKE_MASTER_KEY', 'PUBLIC_URL', 'SMTP_URL', 'SHUKE_LOG_LEVEL', 'CLICKHOUSE_URL'])
      expect(faults).toContain(name);
  });

  test.each([
    ['zeros', '0'.repeat(64)],
    ['a repeated word', 'deadbeef'.repeat(8)],
    ['too short', 'a1b2c3'],
  ])('refuses a weak master key: %s', (_name, key) => {
    expect(faultsOf({ SHUKE_MASTER_KEY: key })).toContain('SHUKE_MASTER_KEY');
  });

  test('does not repeat a refused secret in its message', () => {
    expect(faultsOf({ SHUKE_MASTER_KEY: 'hunter2hunter2' })).not.toContain('hunter2');
  });

  test('refuses to run with certificate checks switched off', () => {
    expect(faultsOf({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toContain('certificate checks');
  });

  test('takes an own database only with all three roles', () => {
    const owner = 'postgres://o:x@db/shuke';
    expect(faultsOf({ DATABASE_URL: owner })).toContain('go together');
    expect(
      readConfig({
        DATABASE_URL: owner,
        DATABASE_URL_WEB: 'postgres://w:x@db/shuke',
        DATABASE_URL_WORKER: 'postgres://k:x@db/shuke',
      }).databaseUrls,
    ).toMatchObject({ owner });
  });
});
