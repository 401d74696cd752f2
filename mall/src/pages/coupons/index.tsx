import { Box, Txt } from '@elements';
import { useState } from 'react';
import type { ReactElement } from 'react';

import { call } from '../../api/client.ts';
import type { OwnCoupon, Reply } from '../../api/types.ts';
import { language } from '../../i18n/language.ts';
import { useT } from '../../i18n/t.ts';
import { offWords, termsOfRule, thresholdWords } from '../../lib/coupon-words.ts';
import { useQuery } from '../../lib/query.ts';
import { useShop } from '../../lib/shop.ts';
import { formatOn } from '../../lib/when.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { claim } from '../../ui/coupon-strip.tsx';
import { Page } from '../../ui/page.tsx';
import { Bones, Empty, Failed } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';

const tabKeys = ['claimable', 'usable', 'used', 'over'] as const;
type TabKey = (typeof tabKeys)[number];
type Offer = Reply<'claimableCoupons'>['items'][number];

export default function CouponsPage(): ReactElement {
  const t = useT();
  const [tab, setTab] = useState<TabKey>('usable');
  return (
    <Page title={t('coupons.title')}>
      <Tabs
        label={t('coupons.title')}
        tabs={tabKeys.map((key) => ({ key, text: t(`coupons.${key}`) }))}
        current={tab}
        onTab={setTab}
      />
      <Box className="wrap wrap-narrow stack">
        {tab === 'claimable' ? <Claimable /> : <Own key={tab} state={tab} />}
      </Box>
    </Page>
  );
}

function Claimable(): ReactElement {
  const t = useT();
  const { data, error, reload } = useQuery('coupons:claimable', () => call('claimableCoupons', {}));
  const [claimed, setClaimed] = useState<readonly string[]>([]);
  if (!data) return error ? <Failed error={error} onRetry={() => void reload()} /> : <Bones heights={[100, 100]} />;
  if (data.items.length === 0) return <Empty icon="ticket" title={t('coupons.empty')} />;
  const take = async (templateId: string): Promise<void> => {
    if (await claim(templateId, t('home.claimDone'))) setClaimed((before) => [...before, templateId]);
  };
  return (
    <>
      {data.items.map((offer) => (
        <Ticket key={offer.templateId} coupon={offer}>
          <Button
            kind="line"
            size="small"
            isDisabled={claimed.includes(offer.templateId)}
            label={`${t('home.claim')}: ${offer.name}`}
            onTap={() => void take(offer.templateId)}
          >
            {t(claimed.includes(offer.templateId) ? 'home.claimed' : 'home.claim')}
          </Button>
        </Ticket>
      ))}
    </>
  );
}

function Own({ state }: { state: 'usable' | 'used' | 'over' }): ReactElement {
  const t = useT();
  const { data, error, reload } = useQuery(`coupons:${state}`, () =>
    call('ownCoupons', { query: { state, limit: 100 } }),
  );
  if (!data) return error ? <Failed error={error} onRetry={() => void reload()} /> : <Bones heights={[100, 100]} />;
  if (data.items.length === 0) return <Empty icon="ticket" title={t('coupons.empty')} />;
  return (
    <>
      {data.items.map((coupon) => (
        <Ticket key={coupon.couponId} coupon={coupon} until={coupon.validUntil} isOff={state !== 'usable'}>
          {coupon.status === 'locked' ? (
            <Txt className="tiny muted">{t('coupons.locked')}</Txt>
          ) : state === 'usable' ? (
            <ButtonLink kind="line" size="small" to="pages/category/index">
              {t('coupons.use')}
            </ButtonLink>
          ) : null}
        </Ticket>
      ))}
    </>
  );
}

function Ticket({
  coupon,
  until,
  isOff,
  children,
}: {
  coupon: Offer | OwnCoupon;
  until?: string;
  isOff?: boolean;
  children: ReactElement | null;
}): ReactElement {
  const t = useT();
  const currency = useShop()?.brand.currency;
  const terms = termsOfRule(coupon.kind, coupon.rule);
  return (
    <Box className={`ticket ${isOff ? 'is-off' : ''}`}>
      <Box className="ticket-off">
        <Txt className="ticket-amount num">{offWords(terms, language(), currency)}</Txt>
        <Txt className="tiny">{thresholdWords(terms, t, currency)}</Txt>
      </Box>
      <Box className="ticket-body">
        <Txt className="strong clip2">{coupon.name}</Txt>
        {coupon.description ? <Txt className="tiny muted clip2">{coupon.description}</Txt> : null}
        {until ? <Txt className="tiny muted num">{t('coupons.until', { on: formatOn(until) })}</Txt> : null}
      </Box>
      <Box className="ticket-side">{children}</Box>
    </Box>
  );
}
