import type { Config } from '#platform/config';

/**
 * Whether the shop takes pretended money and shows sign-in codes: only on an installation that the public cannot reach, that is without
 * a public address, or when the operator asks for it (`SHUKE_SANDBOX=on`).
 */
export function isSandbox(config: Pick<Config, 'publicUrl'> & { readonly sandbox?: boolean | undefined }): boolean {
  return config.sandbox ?? config.publicUrl === null;
}
