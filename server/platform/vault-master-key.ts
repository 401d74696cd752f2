import { createHmac, createPrivateKey, createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Config } from '#platform/config';
import { defineError } from '#platform/errors';

export const UnsafeKeyFile = defineError(
  'unsafe_key_file',
  500,
  (file: string, fault: string) =>
    `The key file ${file} ${fault}. Repair it before starting; data cannot be protected without it.`,
);

/** The key that wraps all data keys: from SHUKE_MASTER_KEY, else from `secrets/master.key` in the data folder, made once with mode 0600. */
export function loadMasterKey({ masterKeyHex, dataDir }: Pick<Config, 'masterKeyHex' | 'dataDir'>): KeyObject {
  if (masterKeyHex !== null) return createSecretKey(Buffer.from(masterKeyHex, 'hex'));
  const file = secretFile(dataDir, 'master.key');
  const text = readOrMakeSecret(file, () => `${randomBytes(32).toString('hex')}\n`).trim();
  if (!/^[0-9a-f]{64}$/.test(text)) throw new UnsafeKeyFile(file, 'does not hold 64 hexadecimal digits');
  return createSecretKey(Buffer.from(text, 'hex'));
}

/** The Ed25519 key that signs audit anchors, beside the master key: `secrets/audit-signing.key`, made once with mode 0600. */
export function loadAuditSigningKey({ dataDir }: Pick<Config, 'dataDir'>): KeyObject {
  const file = secretFile(dataDir, 'audit-signing.key');
  const pem = readOrMakeSecret(file, () =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw Object.assign(new UnsafeKeyFile(file, 'does not hold a private key'), { cause: error });
  }
}

/** Tells one master key from another without saying anything about it (first 8 bytes of a keyed hash). */
export function masterKeyMark(masterKey: KeyObject): Buffer {
  return createHmac('sha256', masterKey).update('v1|master-key-mark').digest().subarray(0, 8);
}

function secretFile(dataDir: string, name: string): string {
  return join(dataDir, 'secrets', name);
}

function readOrMakeSecret(file: string, make: () => string): string {
  try {
    return readSecret(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, make(), { mode: 0o600, flag: 'wx', flush: true });
  try {
    // A hard link appears whole or not at all: of several processes starting together exactly one makes the key.
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  return readSecret(file);
}

function readSecret(file: string): string {
  const { mode } = statSync(file);
  if ((mode & 0o077) !== 0)
    throw new UnsafeKeyFile(file, `can be read by other users (mode ${(mode & 0o777).toString(8)}; run chmod 600)`);
  return readFileSync(file, 'utf8');
}
