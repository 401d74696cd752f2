import { Box, Go, Heading, Txt } from '@elements';
import { platform } from '@platform';
import type { ReactElement } from 'react';

import { call } from '../../api/client.ts';
import type { Member } from '../../api/types.ts';
import { language } from '../../i18n/language.ts';
import { useT } from '../../i18n/t.ts';
import type { TextKey } from '../../i18n/t.ts';
import { useMember } from '../../lib/member.ts';
import { formatCount, formatFen, formatFenShort } from '../../lib/money.ts';
import { useQuery } from '../../lib/query.ts';
import { useShop } from '../../lib/shop.ts';
import { Icon } from '../../ui/icon.tsx';
import type { IconName } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';

import './index.css';

export default function MePage(): ReactElement {
  const t = useT();
  const { member, reload } = useMember();
  platform.useOnShow(() => void reload());
  return (
    <Page title={t('me.title')} tab="me">
      <Box className="wrap wrap-narrow stack">
        {member === undefined ? (
          <Box className="bone me-bone" />
        ) : member === null ? (
          <Hello />
        ) : (
          <TierCard member={member} />
        )}
        {member ? <Values member={member} /> : null}
        <Orders member={member ?? null} />
        <Links isSignedIn={Boolean(member)} />
      </Box>
    </Page>
  );
}

function Hello(): ReactElement {
  const t = useT();
  return (
    <Go className="me-card" to="pages/sign-in/index">
      <Box className="line">
        <Box className="me-face">
          <Icon name="user" />
        </Box>
        <Box className="grow">
          <Heading level={1} className="h1">
            {t('me.hello')}
          </Heading>
          <Box className="small">{t('me.helloBody')}</Box>
        </Box>
        <Icon name="chevron" />
      </Box>
    </Go>
  );
}

function TierCard({ member }: { member: Member }): ReactElement {
  const t = useT();
  const shop = useShop();
  const { tier } = member;
  return (
    <Go className="me-card" to="pages/membership/index">
      <Box className="line">
        <Txt hidden className="me-face">
          {/^[\d+]/.test(member.displayName) ? <Icon name="user" /> : member.displayName.slice(0, 1)}
        </Txt>
        <Box className="grow">
          <Heading level={1} className="h1 clip">
            {member.displayName}
          </Heading>
          {member.maskedPhone && member.maskedPhone !== member.displayName ? (
            <Box className="small num">{member.maskedPhone}</Box>
          ) : null}
        </Box>
        {tier ? <Txt className="me-tier">{tier.name}</Txt> : null}
      </Box>
      {tier ? (
        <Box className="me-progress">
          <Box className="line small">
            <Txt>
              {tier.nextName === null
                ? t('me.top')
                : tier.missingFen === null
                  ? t('me.towards', { tier: tier.nextName })
                  : t('me.toNext', {
                      amount: formatFenShort(tier.missingFen, shop?.brand.currency),
                      tier: tier.nextName,
                    })}
            </Txt>
            {tier.nextName ? <Txt className="num">{Math.floor(tier.progressBps / 100)}%</Txt> : null}
          </Box>
          <Box className="me-track" role="img" label={`${t('me.progress')} ${Math.floor(tier.progressBps / 100)}%`}>
            <Box className="me-fill" style={{ width: `${tier.nextName ? tier.progressBps / 100 : 100}%` }} />
          </Box>
        </Box>
      ) : null}
    </Go>
  );
}

function Values({ member }: { member: Member }): ReactElement {
  const t = useT();
  const currency = useShop()?.brand.currency;
  const { data: earnings } = useQuery('earnings', () => call('myEarnings', {}));
  return (
    <Box className="card me-values">
      <Go className="me-value" to="pages/membership/index">
        <Txt className="me-number num">{formatCount(member.points.available, language())}</Txt>
        <Txt className="tiny muted">{t('me.points')}</Txt>
        {member.points.pending > 0 ? (
          <Txt className="tiny muted num">{t('me.pointsPending', { count: member.points.pending })}</Txt>
        ) : null}
      </Go>
      <Go className="me-value" to="pages/coupons/index">
        <Txt className="me-number num">{member.couponCount}</Txt>
        <Txt className="tiny muted">{t('me.coupons')}</Txt>
      </Go>
      <Go className="me-value" to="pages/share/index">
        <Txt className="me-number num">{formatFen(earnings?.thisMonthMinor ?? 0, currency)}</Txt>
        <Txt className="tiny muted">{t('me.earnings')}</Txt>
      </Go>
    </Box>
  );
}

function Orders({ member }: { member: Member | null }): ReactElement {
  const t = useT();
  const ways: readonly { tab: 'unpaid' | 'to_ship' | 'to_receive' | 'after_sales'; icon: IconName; count: number }[] = [
    { tab: 'unpaid', icon: 'wallet', count: member?.orderCounts.unpaid ?? 0 },
    { tab: 'to_ship', icon: 'box', count: member?.orderCounts.toShip ?? 0 },
    { tab: 'to_receive', icon: 'truck', count: member?.orderCounts.toReceive ?? 0 },
    { tab: 'after_sales', icon: 'refresh', count: member?.orderCounts.afterSales ?? 0 },
  ];
  return (
    <Box className="card">
      <Go className="line me-orders-head" to="pages/orders/index">
        <Heading level={2} className="h3">
          {t('me.orders')}
        </Heading>
        <Box className="list-end small">
          <Txt>{t('me.allOrders')}</Txt>
          <Icon name="chevron" size="small" />
        </Box>
      </Go>
      <Box className="me-values">
        {ways.map(({ tab, icon, count }) => (
          <Go
            key={tab}
            className="me-value me-order"
            to={`pages/orders/index?tab=${tab}`}
            label={`${t(`orders.${tab}`)} ${count || ''}`}
          >
            <Icon name={icon} />
            <Txt className="tiny">{t(`orders.${tab}`)}</Txt>
            {count > 0 ? <Txt className="tabbar-count num">{count}</Txt> : null}
          </Go>
        ))}
      </Box>
    </Box>
  );
}

function Links({ isSignedIn }: { isSignedIn: boolean }): ReactElement {
  const t = useT();
  const shop = useShop();
  const { data } = useQuery(isSignedIn ? 'unread' : null, () => call('listInbox', { query: { limit: 1 } }));
  const links: readonly { key: TextKey; icon: IconName; to: string; end?: string }[] = [
    { key: 'me.share', icon: 'coin', to: 'pages/share/index' },
    {
      key: 'me.messages',
      icon: 'message',
      to: 'pages/messages/index',
      ...(data && data.unread > 0 ? { end: t('me.unread', { count: data.unread }) } : {}),
    },
    { key: 'me.coupons', icon: 'ticket', to: 'pages/coupons/index' },
    { key: 'me.addresses', icon: 'pin', to: 'pages/addresses/index' },
    { key: 'me.settings', icon: 'gear', to: 'pages/settings/index' },
  ];
  return (
    <Box className="card card-flat">
      {links.map(({ key, icon, to, end }, at) => (
        <Go key={key} className={`list-row ${at === 0 ? 'is-first' : ''}`} to={to}>
          <Icon name={icon} />
          <Txt>{t(key)}</Txt>
          <Box className="list-end">
            {end ? <Txt className="small text-price">{end}</Txt> : null}
            <Icon name="chevron" size="small" />
          </Box>
        </Go>
      ))}
      {shop?.service.phone ? (
        <Box className="list-row">
          <Icon name="phone" />
          <Txt>{t('me.service')}</Txt>
          <Box className="list-end small num">
            {shop.service.phone} {shop.service.hours}
          </Box>
        </Box>
      ) : null}
    </Box>
  );
}
