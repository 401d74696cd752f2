import { DownloadOutlined, LineChartOutlined, TableOutlined } from '@ant-design/icons';
import { Button, Skeleton, Tooltip } from 'antd';
import type { ECharts } from 'echarts/core';
import { Suspense, lazy, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { useLocale } from '../../i18n/index.ts';
import { useAppearance } from '../../theme/appearance.ts';
import { palettes } from '../../theme/tokens.ts';
import { Card } from '../page.tsx';
import { EmptyState, ErrorState } from '../states.tsx';
import { categoryOption, chartTable } from './chart.ts';
import type { Chart } from './chart.ts';

import styles from './chart-card.module.css';

// The chart engine is large; pages without charts never load it.
const EchartsCanvas = lazy(async () => ({ default: (await import('./echarts-canvas.tsx')).EchartsCanvas }));

interface ChartCardProps {
  readonly title: string;
  readonly hint?: ReactNode;
  /** Undefined while loading, null when there is nothing to draw. */
  readonly chart: Chart | null | undefined;
  readonly error?: unknown;
  readonly retry?: () => void;
  readonly heightPx?: number;
  readonly extra?: ReactNode;
  /** A click on a point or bar; leads to the people or things behind it. */
  readonly onPick?: (name: string, index: number) => void;
}

/** A chart with its title, the same numbers as a table, and the picture to take away. */
export function ChartCard(props: ChartCardProps) {
  const { title, hint, chart, error, retry, heightPx = 280, extra, onPick } = props;
  const { t } = useTranslation();
  const [asTable, setAsTable] = useState(false);
  const drawn = useRef<ECharts | null>(null);
  const { appearance } = useAppearance();
  const savePicture = () => {
    const address = drawn.current?.getDataURL({
      type: 'png',
      pixelRatio: 2,
      backgroundColor: palettes[appearance].surface,
    });
    if (address === undefined) return;
    const link = document.createElement('a');
    link.href = address;
    link.download = `${title}.png`;
    link.click();
  };
  const tools = (
    <div className={styles['tools']}>
      {extra}
      <Tooltip title={t(asTable ? 'chart.asPicture' : 'chart.asTable')}>
        <Button
          type="text"
          aria-label={t(asTable ? 'chart.asPicture' : 'chart.asTable')}
          icon={asTable ? <LineChartOutlined /> : <TableOutlined />}
          disabled={!chart}
          onClick={() => setAsTable(!asTable)}
        />
      </Tooltip>
      <Tooltip title={t('chart.save')}>
        <Button
          type="text"
          aria-label={t('chart.save')}
          icon={<DownloadOutlined />}
          disabled={!chart || asTable}
          onClick={savePicture}
        />
      </Tooltip>
    </div>
  );
  return (
    <Card title={title} hint={hint} extra={tools}>
      {error !== undefined && error !== null ? (
        <ErrorState error={error} {...(retry === undefined ? {} : { retry })} />
      ) : chart === undefined ? (
        <Skeleton active title={false} paragraph={{ rows: Math.round(heightPx / 36) }} />
      ) : chart === null ? (
        <EmptyState compact title={t('chart.empty')} />
      ) : asTable ? (
        <ChartTable chart={chart} heightPx={heightPx} />
      ) : (
        <Suspense fallback={<div style={{ height: heightPx }} />}>
          <Picture
            chart={chart}
            title={title}
            heightPx={heightPx}
            onReady={(made) => {
              drawn.current = made;
            }}
            onPick={onPick}
          />
        </Suspense>
      )}
    </Card>
  );
}

interface PictureProps {
  readonly chart: Chart;
  readonly title: string;
  readonly heightPx: number;
  readonly onReady: (made: ECharts | null) => void;
  readonly onPick: ((name: string, index: number) => void) | undefined;
}

function Picture({ chart, title, heightPx, onReady, onPick }: PictureProps) {
  const locale = useLocale();
  const { appearance } = useAppearance();
  const option = useMemo(() => (chart.kind === 'free' ? chart.option : categoryOption(chart, locale)), [chart, locale]);
  return (
    <EchartsCanvas
      key={appearance}
      option={option}
      appearance={appearance}
      heightPx={heightPx}
      label={title}
      onReady={onReady}
      {...(onPick === undefined ? {} : { onClick: onPick })}
    />
  );
}

function ChartTable({ chart, heightPx }: { readonly chart: Chart; readonly heightPx: number }) {
  const locale = useLocale();
  const { head, rows } = chartTable(chart, locale);
  return (
    <div className={styles['scroll']} style={{ maxHeight: heightPx }} tabIndex={0}>
      <table className={styles['table']}>
        <thead>
          <tr>
            {head.map((text, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- columns never move
              <th key={index} scope="col">
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- rows never move
            <tr key={index}>
              {row.map((text, column) => (
                // oxlint-disable-next-line react/no-array-index-key -- cells never move
                <td key={column}>{text}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
