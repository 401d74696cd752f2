import { theme } from 'antd';
import type { MappingAlgorithm, ThemeConfig } from 'antd';

import { fontFamily, palettes, radiusPx } from './tokens.ts';
import type { Appearance } from './tokens.ts';

function algorithmFor(appearance: Appearance): MappingAlgorithm {
  const base = appearance === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm;
  const palette = palettes[appearance];
  return (seed, map) => ({
    ...base(seed, map),
    colorPrimary: palette.brand,
    colorPrimaryHover: palette.brandStrong,
    colorPrimaryActive: palette.brandStrong,
    colorPrimaryText: palette.brandText,
    colorPrimaryTextHover: palette.brandText,
    colorPrimaryBg: palette.brandSoft,
    colorPrimaryBgHover: palette.brandSoft,
    colorSuccess: palette.good,
    colorWarning: palette.warn,
    colorError: palette.bad,
    colorErrorHover: palette.bad,
    colorInfo: palette.info,
    colorLink: palette.brandText,
    colorLinkHover: palette.brand,
    colorLinkActive: palette.brandStrong,
    colorBgLayout: palette.canvas,
    colorBgContainer: palette.surface,
    colorBgElevated: palette.raised,
    colorBgSpotlight: appearance === 'dark' ? '#E8ECF4' : '#14213D',
    colorBorder: palette.lineStrong,
    colorBorderSecondary: palette.line,
    colorText: palette.text,
    colorTextSecondary: palette.muted,
    colorTextTertiary: palette.faint,
    colorTextQuaternary: palette.faint,
  });
}

/** Ant Design in our tokens; without movement for those who asked their machine for that. */
export function antdTheme(appearance: Appearance, { isStill }: { readonly isStill: boolean }): ThemeConfig {
  const palette = palettes[appearance];
  return {
    algorithm: algorithmFor(appearance),
    cssVar: { key: `shuke-${appearance}` },
    token: {
      fontFamily,
      fontSize: 14,
      borderRadius: radiusPx,
      controlHeight: 36,
      motion: !isStill,
      motionDurationSlow: '0.2s',
      motionDurationMid: '0.15s',
      motionDurationFast: '0.1s',
      colorTextLightSolid: palette.onBrand,
      colorTextPlaceholder: palette.faint,
      colorTextDescription: palette.muted,
      wireframe: false,
      boxShadowTertiary: palette.shadow,
    },
    components: {
      Button: {
        primaryShadow: 'none',
        defaultShadow: 'none',
        dangerShadow: 'none',
        fontWeight: 500,
        dangerColor: appearance === 'dark' ? '#2A0D0B' : '#FFFFFF',
      },
      Table: {
        headerBg: palette.surface,
        headerColor: palette.muted,
        headerSplitColor: 'transparent',
        rowHoverBg: palette.sunken,
        rowSelectedBg: palette.brandSoft,
        rowSelectedHoverBg: palette.brandSoft,
        cellPaddingBlock: 11,
        cellPaddingInline: 12,
      },
      Tabs: {
        itemColor: palette.muted,
        itemSelectedColor: palette.text,
        inkBarColor: palette.brand,
        titleFontSize: 14,
      },
      Form: { verticalLabelPadding: '0 0 6px', itemMarginBottom: 20, labelColor: palette.muted },
      Modal: { titleFontSize: 17 },
      Descriptions: { labelColor: palette.muted },
      Segmented: { trackBg: palette.sunken, itemSelectedBg: palette.raised, itemColor: palette.muted },
      Tooltip: { colorTextLightSolid: appearance === 'dark' ? '#14213D' : '#FFFFFF' },
    },
  };
}
