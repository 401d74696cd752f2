import { hash } from '@node-rs/argon2';
import { describe, expect, test } from 'vitest';

import { checkPassword, hashPassword, requireStrongPassword, WeakPassword } from '#platform/passwords';

describe('a password', () => {
  test('is stored as argon2id with 19 MiB and two passes, differently every time', async () => {
    const [one, two] = await Promise.all([
      hashPassword('violet-anchor-mosaic-41'),
      hashPassword('violet-anchor-mosaic-41'),
    ]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
  });

  test('is right or wrong, and never right without a stored one', async () => {
    const stored = await hashPassword('violet-anchor-mosaic-41');
    expect(await checkPassword(stored, 'violet-anchor-mosaic-41')).toEqual({ ok: true, renewed: null });
    expect(await checkPassword(stored, 'violet-anchor-mosaic-42')).toEqual({ ok: false, renewed: null });
    expect(await checkPassword(null, 'a decoy that nobody can type')).toEqual({ ok: false, renewed: null });
  });

  test('may be typed with composed or decomposed accents', async () => {
    const stored = await hashPassword('Zo\u00eb eats 3 oranges');
    expect((await checkPassword(stored, 'Zoe\u0308 eats 3 oranges')).ok).toBe(true);
  });

  test('hashed at a lower cost is hashed anew once it is known', async () => {
    const cheap = await hash('violet-anchor-mosaic-41', { memoryCost: 8_192, timeCost: 1 });
    const { ok, renewed } = await checkPassword(cheap, 'violet-anchor-mosaic-41');
    expect(ok).toBe(true);
    expect(await checkPassword(renewed, 'violet-anchor-mosaic-41')).toEqual({ ok: true, renewed: null });
  });

  test('beyond a queue of 64 is refused instead of exhausting memory', async () => {
    const results = await Promise.allSettled(Array.from({ length: 80 }, () => checkPassword(null, 'x')));
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(80 - 4 - 64);
    expect((await checkPassword(null, 'x')).ok).toBe(false);
  });
});

describe('strength', () => {
  test.each(['Kd8!fje92Lsm', 'correct horse battery', '熟客很喜欢吃荔枝和榴莲啊', 'x'.repeat(3) + 'Tq9-river-lamp'])(
    'accepts %s',
    (password) => {
      expect(() => requireStrongPassword(password)).not.toThrow();
    },
  );

  test.each([
    ['elevenchars', 'short'],
    ['x'.repeat(129), 'long'],
    ['123456789012', 'guessable'],
    ['password1234', 'guessable'],
    ['qwertyuiop123', 'guessable'],
    ['aaaaaaaaaaaaaaa', 'guessable'],
  ])('refuses %s', (password, why) => {
    expect(() => requireStrongPassword(password)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ why }) as unknown }) as Error,
    );
  });

  test('refuses what is made of the person’s own words', () => {
    expect(() => requireStrongPassword('zhangsanfeng1', ['zhangsanfeng'])).toThrow(WeakPassword);
  });
});
