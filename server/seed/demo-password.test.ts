import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { demoPassword, forgetDemoPassword, knownDemoPassword } from './demo-password.ts';

const place = (given: string | null = null) => ({
  dataDir: mkdtempSync(join(tmpdir(), 'shuke-demo-')),
  demoPassword: given,
});

test('every installation has a demo password of its own, made once and kept from other users of the machine', () => {
  const [one, other] = [place(), place()];
  const password = demoPassword(one);
  expect(password).toMatch(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
  expect(demoPassword(one)).toBe(password);
  expect(demoPassword(other)).not.toBe(password);
  expect(statSync(join(one.dataDir, 'secrets', 'demo-password')).mode & 0o777).toBe(0o600);
});

test('a password of the operator’s choice is taken', () => {
  expect(demoPassword(place('ferry-lantern-53-maple'))).toBe('ferry-lantern-53-maple');
});

test('it is shown until it is no longer the password', () => {
  const installation = place();
  expect(knownDemoPassword(installation)).toBeNull();
  const password = demoPassword(installation);
  expect(knownDemoPassword(installation)).toBe(password);
  forgetDemoPassword(installation);
  expect(knownDemoPassword(installation)).toBeNull();
});
