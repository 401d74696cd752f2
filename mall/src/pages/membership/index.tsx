import { Box, Heading, Txt } from '@elements';
import { platform } from '@platform';
import type { ReactElement } from 'react';

import { call } from '../../api/client.ts';
import type { Reply } from '../../api/types.ts';
import { isTextKey, useT } from '../../i18n/t.ts';
import { formatFenShort, groupDigits } from '../../lib/money.ts';
import { usePages, useQuery } from '../../lib/query.ts';
import { useShop } from '../../lib/shop.ts';
import { formatAt, formatOn } from '../../lib/when.ts';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { Bones, Empty, Failed } from '../../ui/states.tsx';

import './index.css';

type Standing = Reply<'ownStanding'>;
type Membership = Standing['memberships'][number];

export default function MembershipPage(): ReactElement {
  const t = useT();
  const { data, error, reload } = useQuery('standing', () => call('ownStanding', {}));
  return (
    <Page title={t('membership.title')}>
      <Box className="wrap wrap-narrow stack">
        {data ? (
          <>
            {data.memberships.length > 0 ? (
              data.memberships.map((membership) => <TierCard key={membership.programmeId} membership={membership} />)
            ) : (
              <Empty icon="star" title={t('membership.none')} />
            )}
            <Points standing={data} />
            <History />
          </>
        ) : error ? (
          <Failed error={error} onRetry={() => void reload()} />
        ) : (
          <Bones heights={[160, 100, 240]} />
        )}
      </Box>
    </Page>
  );
}

function TierCard({ membership }: { membership: Membership }): ReactElement {
  const t = useT();
  return (
    <>
      <Box className="tier-card">
        <Box className="small">{membership.programme}</Box>
        <Heading level={2} className="tier-name">
          {membership.tier?.name ?? t('membership.none')}
        </Heading>
        {membership.validUntil ? (
          <Box className="small num">{t('membership.valid', { on: formatOn(membership.validUntil) })}</Box>
        ) : null}
        {membership.observedUntil ? (
          <Box className="small num">{t('membership.observed', { on: formatOn(membership.observedUntil) })}</Box>
        ) : null}
        {membership.next ? <Next next={membership.next} /> : null}
      </Box>
      <Box className="card stack-plain">
        <Heading level={2} className="h3">
          {t('membership.benefits')}
        </Heading>
        {membership.benefits.length > 0 ? (
          membership.benefits.map(({ code, name }) => (
            <Box key={code} className="line line-start">
              <Box className="tier-benefit">
                <Icon name="star" size="small" />
              </Box>
              <Txt>{name}</Txt>
            </Box>
          ))
        ) : (
          <Box className="small muted">{t('membership.noBenefits')}</Box>
        )}
      </Box>
    </>
  );
}

function Next({ next }: { next: NonNullable<Membership['next']> }): ReactElement {
  const t = useT();
  const currency = useShop()?.brand.currency;
  return (
    <Box className="tier-next">
      <Box className="small">{t('membership.next', { tier: next.name })}</Box>
      {next.missing.map(({ kind, window, reached, needed }) => {
        const left = Math.max(0, needed - (kind === 'single_order' ? 0 : reached));
        const share = needed > 0 ? Math.min(100, (reached / needed) * 100) : 100;
        return (
          <Box key={`${kind}-${window}`} className="tier-way">
            <Box className="small strong num">
              {kind === 'orders'
                ? t('membership.orders', { count: left })
                : t(`membership.${kind}`, { amount: formatFenShort(left, currency) })}
            </Box>
            <Box className="tier-track" role="img" label={`${Math.floor(share)}%`}>
              <Box className="tier-fill" style={{ width: `${share}%` }} />
            </Box>
          </Box>
        );
      })}
    </Box>
  );
}

function Points({ standing: { points, expiring } }: { standing: Standing }): ReactElement {
  const t = useT();
  return (
    <Box className="card">
      <Box className="line">
        <Txt>{t('me.points')}</Txt>
        <Txt className="h1 num">{groupDigits(String(points.available))}</Txt>
      </Box>
      <Box className="small muted num">
        {[
          points.pending > 0 ? t('me.pointsPending', { count: points.pending }) : '',
          points.debt > 0 ? t('membership.debt', { count: points.debt }) : '',
          ...expiring
            .slice(0, 2)
            .map((one) => t('membership.expiring', { points: one.points, on: formatOn(one.expiresAt) })),
        ]
          .filter(Boolean)
          .join(' · ')}
      </Box>
    </Box>
  );
}

function History(): ReactElement {
  const t = useT();
  const lines = usePages('points', async (cursor) => {
    const page = await call('ownPoints', { query: { limit: 30, ...(cursor ? { cursor: Number(cursor) } : {}) } });
    return { items: page.items, nextCursor: page.nextCursor === null ? null : String(page.nextCursor) };
  });
  platform.useReachEnd(lines.more);
  if (!lines.items)
    return lines.error ? <Failed error={lines.error} onRetry={() => void lines.reload()} /> : <Bones heights={[200]} />;
  return (
    <Box className="card">
      <Heading level={2} className="h3">
        {t('membership.points')}
      </Heading>
      {lines.items.length === 0 ? <Box className="small muted">{t('membership.pointsEmpty')}</Box> : null}
      {lines.items.map(({ transferId, reason, amount, enteredAt }) => (
        <Box key={transferId} className="line price-row">
          <Box className="grow">
            <Box>{t(isTextKey(reason) ? reason : 'points.other')}</Box>
            <Box className="tiny muted num">{formatAt(enteredAt)}</Box>
          </Box>
          <Txt className={`strong num ${amount > 0 ? 'text-good' : ''}`}>
            {amount > 0 ? '+' : '−'}
            {groupDigits(String(Math.abs(amount)))}
          </Txt>
        </Box>
      ))}
    </Box>
  );
}
