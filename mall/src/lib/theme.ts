import type { Shop } from '../api/types.ts';
import { readableOn, readableText, tint } from './colour.ts';

/** CSS variables of the shop's theme; text colours are moved until they can be read, whatever the console chose. */
export function themeVariables(theme: Shop['theme']): Record<string, string> {
  return {
    '--primary': theme.primary,
    '--on-primary': readableOn(theme.primary),
    '--primary-ink': readableText(theme.primary, tint(theme.primary, 0.1)),
    '--primary-soft': tint(theme.primary, 0.1),
    '--primary-line': tint(theme.primary, 0.3),
    '--accent': theme.accent,
    '--on-accent': readableOn(theme.accent),
    '--accent-soft': tint(theme.accent, 0.14),
    '--bg': theme.background,
    '--radius': `${theme.radius}px`,
  };
}
