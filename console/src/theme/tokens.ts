/** How the console looks: one set of names, two sets of values. Everything visual derives from here. */
export type Appearance = 'light' | 'dark';

export interface Palette {
  /** Behind everything. */
  readonly canvas: string;
  /** Cards, tables, the header. */
  readonly surface: string;
  /** Menus, drawers, dialogs. */
  readonly raised: string;
  /** Wells: table heads, code, inactive tabs. */
  readonly sunken: string;
  readonly line: string;
  readonly lineStrong: string;
  readonly text: string;
  readonly muted: string;
  readonly faint: string;
  readonly brand: string;
  readonly brandStrong: string;
  readonly brandSoft: string;
  readonly brandText: string;
  readonly onBrand: string;
  readonly accent: string;
  readonly accentSoft: string;
  readonly accentText: string;
  readonly good: string;
  readonly goodSoft: string;
  readonly warn: string;
  readonly warnSoft: string;
  readonly bad: string;
  readonly badSoft: string;
  readonly info: string;
  readonly infoSoft: string;
  readonly sidebar: string;
  readonly sidebarHover: string;
  readonly sidebarActive: string;
  readonly sidebarText: string;
  readonly sidebarMuted: string;
  readonly shadow: string;
}

export const palettes: Readonly<Record<Appearance, Palette>> = {
  light: {
    canvas: '#F5F6F3',
    surface: '#FFFFFF',
    raised: '#FFFFFF',
    sunken: '#F0F2EE',
    line: '#E2E6E0',
    lineStrong: '#C5CCC6',
    text: '#14213D',
    muted: '#4F5B72',
    faint: '#626D81',
    brand: '#0F766E',
    brandStrong: '#0B5C56',
    brandSoft: '#E1F0EE',
    brandText: '#0B665F',
    onBrand: '#FFFFFF',
    accent: '#F59E0B',
    accentSoft: '#FEF3DD',
    accentText: '#92500A',
    good: '#166F3B',
    goodSoft: '#E2F3E8',
    warn: '#92500A',
    warnSoft: '#FDF0D7',
    bad: '#B42318',
    badSoft: '#FCE9E7',
    info: '#28519E',
    infoSoft: '#E6EDF9',
    sidebar: '#14213D',
    sidebarHover: '#1E2D50',
    sidebarActive: '#26375F',
    sidebarText: '#F2F5FA',
    sidebarMuted: '#AAB6CC',
    shadow: '0 1px 2px rgb(20 33 61 / 5%), 0 4px 12px rgb(20 33 61 / 4%)',
  },
  dark: {
    canvas: '#0D1322',
    surface: '#151D30',
    raised: '#1C263C',
    sunken: '#111829',
    line: '#28334B',
    lineStrong: '#3D4A66',
    text: '#E8ECF4',
    muted: '#AEB8CA',
    faint: '#93A0B6',
    brand: '#35C4B4',
    brandStrong: '#5FD6C9',
    brandSoft: '#12343A',
    brandText: '#5FD6C9',
    onBrand: '#04201D',
    accent: '#F7B23B',
    accentSoft: '#3A2D14',
    accentText: '#F7C266',
    good: '#6BCB91',
    goodSoft: '#14342A',
    warn: '#F3BC5E',
    warnSoft: '#3A2D14',
    bad: '#F58C82',
    badSoft: '#40201F',
    info: '#8FB4F5',
    infoSoft: '#1B2D50',
    sidebar: '#0A101E',
    sidebarHover: '#151E33',
    sidebarActive: '#1D2942',
    sidebarText: '#F2F5FA',
    sidebarMuted: '#A3AFC6',
    shadow: '0 1px 2px rgb(0 0 0 / 40%), 0 6px 16px rgb(0 0 0 / 25%)',
  },
};

export const fontFamily =
  'Inter, system-ui, -apple-system, "Segoe UI", "PingFang SC", "HarmonyOS Sans SC", "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif';

export const radiusPx = 8;

/** Series colours in order of use; told apart by lightness too, so that they hold for colour-blind readers and in print. */
export const seriesColours: Readonly<Record<Appearance, readonly string[]>> = {
  light: ['#0F766E', '#F59E0B', '#3457A6', '#C2477A', '#6FA83A', '#7A4FB5', '#8A5A2B', '#5C6B84'],
  dark: ['#35C4B4', '#F7B23B', '#7FA2EF', '#E882AC', '#A5D56B', '#B697EA', '#D2A373', '#A7B3C7'],
};

/** The palette as CSS custom properties (`--canvas`, `--brand-soft`, …) for the style sheets. */
export function cssVariables(appearance: Appearance): Record<string, string> {
  const entries = Object.entries(palettes[appearance]).map(([name, value]) => [
    `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    value,
  ]);
  return { ...Object.fromEntries(entries), '--radius': `${radiusPx}px`, '--font': fontFamily };
}
