import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { describe, expect, test } from 'vitest';

import { isPermission, ownAccount, permissionCatalogue } from './permissions.ts';
import { authorisationMatrix, readyMadeRole, roleCatalogue } from './role-catalogue.ts';
import { matrixFile } from './write-authorisation-matrix.ts';

describe('the authorisation matrix', () => {
  test('is the committed file, so that every change of rights shows in review (node write-authorisation-matrix.ts)', () => {
    const committed = JSON.parse(readFileSync(matrixFile, 'utf8')) as unknown;
    expect(committed).toEqual(authorisationMatrix());
  });

  test('gives every permission to somebody', () => {
    const orphans = Object.entries(authorisationMatrix()).filter(([, roles]) => roles.length === 0);
    expect(orphans).toEqual([]);
  });

  test('knows every permission a route asks for', () => {
    const modules = resolve(import.meta.dirname, '..');
    const asked = globSync('*/*routes*.ts', { cwd: modules }).flatMap((file) =>
      Array.from(
        readFileSync(resolve(modules, file), 'utf8').matchAll(/permission: '([^']+)'/g),
        ([, permission = '']) => `${file}: ${permission}`,
      ),
    );
    expect(asked.filter((line) => !isPermission(line.split(': ')[1] ?? '') && !line.endsWith(ownAccount))).toEqual([]);
  });

  test('lists each role and permission once', () => {
    const codes = roleCatalogue.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(new Set(permissionCatalogue).size).toBe(permissionCatalogue.length);
    for (const { permissions } of roleCatalogue) expect(new Set(permissions).size).toBe(permissions.length);
  });
});

const permissionsOf = (code: string): readonly string[] => readyMadeRole(code)?.permissions ?? [];

describe('separation of duties', () => {
  test.each([
    ['security-admin', /^(customers|orders|coupons|settlement|ledger|segments|messaging|mall)\./],
    ['auditor', /\.(write|issue|approve|adjust|reveal|merge|publish|operate|import)$/],
    ['finance', /^(customers\.|org\.(staff|roles)\.)/],
    ['operator', /^(org\.(staff\.write|roles\.write|audit)|settlement\.approve|platform\.)/],
    ['research', /^(?!tickets\.)/],
    ['payroll', /^(customers|orders)\./],
    ['partner', /^(customers|orders|org)\./],
    ['developer', /^(customers|orders|org|settlement)\./],
    ['guide', /^(org|segments|settlement|ledger)\./],
  ])('%s has nothing that matches %s', (code, forbidden) => {
    expect(permissionsOf(code).length).toBeGreaterThan(0);
    expect(permissionsOf(code).filter((permission) => forbidden.test(permission))).toEqual([]);
  });

  test('whoever may reveal has a daily quota, and nobody else has one', () => {
    for (const { code, permissions } of roleCatalogue) {
      const quotas = permissions.filter((permission) => permission.startsWith('reveals.'));
      expect([code, quotas.length]).toEqual([code, permissions.includes('customers.reveal') ? 1 : 0]);
    }
  });

  test('only HQ and security administrators manage roles, and only auditing roles read the audit log', () => {
    expect(authorisationMatrix()['org.roles.write']).toEqual(['hq-admin', 'security-admin']);
    expect(authorisationMatrix()['org.audit.read']).toEqual(['hq-admin', 'auditor', 'privacy-officer']);
  });
});
