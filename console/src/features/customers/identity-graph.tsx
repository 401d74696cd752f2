import type { listLinks } from '@shuke/server/contracts/customers';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import type { Reply } from '../../lib/api.ts';
import { useAppearance } from '../../theme/appearance.ts';
import { palettes } from '../../theme/tokens.ts';
import { ChartCard } from '../../ui/chart/chart-card.tsx';
import type { FreeChart } from '../../ui/chart/chart.ts';
import type { Customer } from './customer-page.tsx';
import { useKindText } from './kind-text.ts';

export type Links = Reply<typeof listLinks>['links'];

interface IdentityGraphProps {
  readonly customer: Customer;
  readonly links: Links | undefined;
  readonly error: Error | null;
  readonly retry: () => void;
}

/** The identifiers of a person and what joins them, as a picture; dashed is evidence that was not believed. */
export function IdentityGraph({ customer, links, error, retry }: IdentityGraphProps) {
  const { t } = useTranslation('customers');
  const kindText = useKindText();
  const { appearance } = useAppearance();
  const palette = palettes[appearance];
  const chart = useMemo<FreeChart | null | undefined>(() => {
    if (links === undefined) return undefined;
    if (customer.identifiers.length < 2) return null;
    const names = new Map(
      customer.identifiers.map(({ identifierId, kind, scope, value }) => [
        identifierId,
        `${kindText(kind, scope)}\n${value}`,
      ]),
    );
    const elsewhere = new Set(
      links.flatMap(({ identifierId, otherId }) => [identifierId, otherId]).filter((id) => !names.has(id)),
    );
    const causes = (list: readonly string[]) =>
      list.map((cause) => t(`causes.${cause}`, { defaultValue: cause })).join(', ');
    return {
      kind: 'free',
      option: {
        tooltip: { trigger: 'item' },
        series: [
          {
            type: 'graph',
            layout: 'force',
            roam: false,
            force: { repulsion: 320, edgeLength: 120, layoutAnimation: false },
            label: { show: true, position: 'bottom', color: palette.text, fontSize: 12 },
            edgeLabel: {
              show: true,
              fontSize: 11,
              color: palette.muted,
              formatter: ({ data }: { data: { causes: string } }) => data.causes,
            },
            data: [
              ...customer.identifiers.map(({ identifierId, state }) => ({
                id: String(identifierId),
                name: names.get(identifierId) ?? '',
                symbolSize: 30,
                itemStyle: { color: state === 'active' ? palette.brand : palette.accent },
              })),
              ...[...elsewhere].map((id) => ({
                id: String(id),
                name: t('link.elsewhere'),
                symbolSize: 20,
                itemStyle: { color: palette.lineStrong },
              })),
            ],
            links: links.map((link) => ({
              source: String(link.identifierId),
              target: String(link.otherId),
              causes: causes(link.causes),
              lineStyle: {
                color: link.isInside ? palette.brand : palette.faint,
                type: link.isInside ? 'solid' : 'dashed',
                width: link.isInside ? 2 : 1,
              },
            })),
          },
        ],
      },
      table: {
        head: [t('link.one'), t('link.other'), t('link.causes')],
        rows: links.map((link) => [
          names.get(link.identifierId) ?? t('link.elsewhere'),
          names.get(link.otherId) ?? t('link.elsewhere'),
          causes(link.causes),
        ]),
      },
    };
  }, [customer, links, kindText, palette, t]);
  return (
    <ChartCard
      title={t('graph.title')}
      hint={t('graph.hint')}
      chart={chart}
      error={error}
      retry={retry}
      heightPx={340}
    />
  );
}
