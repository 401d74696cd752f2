import {
  BarChart,
  FunnelChart,
  GraphChart,
  HeatmapChart,
  LineChart,
  PieChart,
  SankeyChart,
  ScatterChart,
  TreeChart,
} from 'echarts/charts';
import {
  AriaComponent,
  CalendarComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components';
import { init, use } from 'echarts/core';
import type { ECharts, EChartsCoreOption } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useEffectEvent, useRef } from 'react';

import { fontFamily, palettes, seriesColours } from '../../theme/tokens.ts';
import type { Appearance } from '../../theme/tokens.ts';

use([
  AriaComponent,
  BarChart,
  CalendarComponent,
  CanvasRenderer,
  FunnelChart,
  GraphChart,
  GridComponent,
  HeatmapChart,
  LegendComponent,
  LineChart,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  PieChart,
  SankeyChart,
  ScatterChart,
  TooltipComponent,
  TreeChart,
  VisualMapComponent,
]);

/** The one chart theme. */
function chartTheme(appearance: Appearance): object {
  const palette = palettes[appearance];
  const axis = {
    axisLine: { lineStyle: { color: palette.lineStrong } },
    axisTick: { show: false },
    axisLabel: { color: palette.muted, fontSize: 12, hideOverlap: true },
    splitLine: { lineStyle: { color: palette.line } },
  };
  return {
    color: seriesColours[appearance],
    backgroundColor: 'transparent',
    textStyle: { fontFamily, color: palette.text },
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: { ...axis, axisLine: { show: false } },
    timeAxis: axis,
    legend: {
      textStyle: { color: palette.muted },
      icon: 'roundRect',
      itemWidth: 12,
      itemHeight: 4,
      inactiveColor: palette.faint,
    },
    tooltip: {
      backgroundColor: palette.raised,
      borderColor: palette.line,
      textStyle: { color: palette.text, fontSize: 13 },
      extraCssText: 'border-radius:8px;box-shadow:0 6px 20px rgb(0 0 0 / 12%);font-variant-numeric:tabular-nums',
    },
    visualMap: { textStyle: { color: palette.muted }, inRange: { color: [palette.brandSoft, palette.brand] } },
  };
}

interface EchartsCanvasProps {
  readonly option: EChartsCoreOption;
  readonly appearance: Appearance;
  readonly heightPx: number;
  readonly label: string;
  /** Hands out the chart for exporting a picture. */
  readonly onReady?: (chart: ECharts | null) => void;
  readonly onClick?: (name: string, index: number) => void;
}

/** Draws one option and keeps it at its container's size; give it the appearance as its key. */
export function EchartsCanvas({ option, appearance, heightPx, label, onReady, onClick }: EchartsCanvasProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const hand = useEffectEvent((made: ECharts | null) => onReady?.(made));
  const pick = useEffectEvent((name: string, index: number) => onClick?.(name, index));
  useEffect(() => {
    if (!host.current) return undefined;
    const made = init(host.current, chartTheme(appearance));
    chart.current = made;
    made.on('click', (event) => pick(event.name, event.dataIndex ?? 0));
    hand(made);
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(host.current);
    return () => {
      observer.disconnect();
      hand(null);
      made.dispose();
      chart.current = null;
    };
  }, [appearance]);
  useEffect(() => {
    chart.current?.setOption({ animationDuration: 200, animationDurationUpdate: 200, ...option }, { notMerge: true });
  }, [option]);
  return <div ref={host} role="img" aria-label={label} style={{ height: heightPx, width: '100%' }} />;
}
