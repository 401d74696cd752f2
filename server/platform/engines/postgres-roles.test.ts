import { describe, expect, test } from 'vitest';

import { localRoleUrl } from './postgres-roles.ts';

const credentials = { admin: 'a', owner: 'o', web: 'w', worker: 'k' };

describe('a local connection', () => {
  test('goes over the socket in the data folder, whatever its name', () => {
    const url = new URL(localRoleUrl('web', credentials, { port: 5_433, dataDir: '/srv/熟客 shop/data' }));
    expect(url.searchParams.get('host')).toBe('/srv/熟客 shop/data');
    expect(url.port).toBe('5433');
  });

  test('goes over TCP when the folder is too deep for a socket’s address of 107 bytes', () => {
    const socket = '/.s.PGSQL.5433';
    const fitting = `/${'d'.repeat(106 - socket.length - 1)}`;
    const urlOf = (dataDir: string) => localRoleUrl('web', credentials, { port: 5_433, dataDir });
    expect(urlOf(fitting)).toContain('?host=');
    expect(urlOf(`${fitting}d`)).toBe('postgres://shuke_web:w@127.0.0.1:5433/shuke');
  });
});
