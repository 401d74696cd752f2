import { platform } from '@platform';

const key = 'shuke.device';
let known: string | null = null;

/** A random name for this browser, so that what a visitor does before signing in is not lost. No fingerprint. */
export function deviceId(): string {
  known ??= platform.read(key);
  if (known && /^[\w-]{8,64}$/.test(known)) return known;
  known = Array.from({ length: 4 }, () => Math.random().toString(36).slice(2, 10)).join('');
  platform.write(key, known);
  return known;
}
