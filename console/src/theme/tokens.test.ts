import { describe, expect, test } from 'vitest';

import { palettes } from './tokens.ts';
import type { Appearance, Palette } from './tokens.ts';

function luminance(hex: string): number {
  const channels = [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = channels.map((c) => (c <= 0.039_28 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const pairs: readonly [keyof Palette, keyof Palette][] = [
  ...(['canvas', 'surface', 'raised', 'sunken'] as const).flatMap((ground) =>
    (['text', 'muted', 'faint', 'brandText', 'good', 'warn', 'bad', 'info'] as const).map(
      (ink): [keyof Palette, keyof Palette] => [ink, ground],
    ),
  ),
  ['onBrand', 'brand'],
  ['brandText', 'brandSoft'],
  ['accentText', 'accentSoft'],
  ['good', 'goodSoft'],
  ['warn', 'warnSoft'],
  ['bad', 'badSoft'],
  ['info', 'infoSoft'],
  ['muted', 'sunken'],
  ['sidebarText', 'sidebar'],
  ['sidebarMuted', 'sidebar'],
  ['sidebarMuted', 'sidebarHover'],
  ['sidebarText', 'sidebarActive'],
];

describe.each<Appearance>(['light', 'dark'])('%s', (appearance) => {
  test.each(pairs)('%s is readable on %s (4.5:1)', (ink, ground) => {
    expect(contrast(palettes[appearance][ink], palettes[appearance][ground])).toBeGreaterThanOrEqual(4.5);
  });
});
