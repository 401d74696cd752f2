import { chmodSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { loadAuditSigningKey, loadMasterKey, masterKeyMark, UnsafeKeyFile } from '#platform/vault-master-key';

const folder = () => mkdtempSync(join(tmpdir(), 'shuke-keys-'));

describe('the master key', () => {
  test('is made once, readable by its owner alone, and the same at the next start', () => {
    const dataDir = folder();
    const first = loadMasterKey({ masterKeyHex: null, dataDir });
    const file = join(dataDir, 'secrets', 'master.key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(loadMasterKey({ masterKeyHex: null, dataDir }).export()).toEqual(first.export());
    expect(readFileSync(file, 'utf8').trim()).toBe(first.export().toString('hex'));
  });

  test('from the environment wins and touches no file', () => {
    const dataDir = folder();
    const hex = '00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef';
    expect(loadMasterKey({ masterKeyHex: hex, dataDir }).export().toString('hex')).toBe(hex);
    expect(() => statSync(join(dataDir, 'secrets'))).toThrow('ENOENT');
  });

  test.each([0o644, 0o640, 0o604])('is refused when others can read its file (mode %o)', (mode) => {
    const dataDir = folder();
    loadMasterKey({ masterKeyHex: null, dataDir });
    chmodSync(join(dataDir, 'secrets', 'master.key'), mode);
    expect(() => loadMasterKey({ masterKeyHex: null, dataDir })).toThrow(UnsafeKeyFile);
  });

  test('is refused when its file is damaged, never replaced', () => {
    const dataDir = folder();
    mkdirSync(join(dataDir, 'secrets'), { mode: 0o700 });
    writeFileSync(join(dataDir, 'secrets', 'master.key'), 'deadbeef', { mode: 0o600 });
    expect(() => loadMasterKey({ masterKeyHex: null, dataDir })).toThrow(UnsafeKeyFile);
    expect(readFileSync(join(dataDir, 'secrets', 'master.key'), 'utf8')).toBe('deadbeef');
  });

  test('is told apart from others by a mark', () => {
    const [one, two] = [folder(), folder()].map((dataDir) => loadMasterKey({ masterKeyHex: null, dataDir }));
    if (!one || !two) throw new Error('no keys');
    expect(masterKeyMark(one)).toHaveLength(8);
    expect(masterKeyMark(one)).not.toEqual(masterKeyMark(two));
  });
});

test('the key that signs audit anchors is kept beside it', () => {
  const dataDir = folder();
  const key = loadAuditSigningKey({ dataDir });
  expect(key.asymmetricKeyType).toBe('ed25519');
  expect(loadAuditSigningKey({ dataDir }).equals(key)).toBe(true);
  expect(statSync(join(dataDir, 'secrets', 'audit-signing.key')).mode & 0o777).toBe(0o600);
});
