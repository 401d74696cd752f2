import { Box, Heading, Txt } from '@elements';
import { useState } from 'react';
import type { ReactElement } from 'react';

import { call } from '../../api/client.ts';
import type { Earnings, Share } from '../../api/types.ts';
import { useT } from '../../i18n/t.ts';
import { useMember } from '../../lib/member.ts';
import { formatFen } from '../../lib/money.ts';
import { useQuery } from '../../lib/query.ts';
import { shareTree } from '../../lib/share-tree.ts';
import type { ShareBranch } from '../../lib/share-tree.ts';
import { useShop } from '../../lib/shop.ts';
import { formatOn } from '../../lib/when.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { Price } from '../../ui/price.tsx';
import { ShareSheet } from '../../ui/share-sheet.tsx';
import { Bones, Empty, Failed } from '../../ui/states.tsx';
import { Statements } from './statements.tsx';

import './index.css';

export default function SharePage(): ReactElement {
  const t = useT();
  const shop = useShop();
  const { member } = useMember();
  const [isOpen, setOpen] = useState(false);
  return (
    <Page
      title={t('share.title')}
      isBarNarrow
      bar={
        member ? (
          <Box className="grow">
            <Button isWide size="big" onTap={() => setOpen(true)}>
              <Icon name="share" size="small" />
              {t('share.mall')}
            </Button>
          </Box>
        ) : undefined
      }
    >
      <Box className="wrap wrap-narrow stack">
        {member === undefined ? (
          <Bones heights={[150, 200]} />
        ) : member === null ? (
          <Box className="empty">
            <Box className="empty-icon">
              <Icon name="coin" size="large" />
            </Box>
            <Heading level={2} className="h2">
              {t('share.title')}
            </Heading>
            <Box className="muted">{t('share.signInFirst')}</Box>
            <ButtonLink to="pages/sign-in/index">{t('action.signIn')}</ButtonLink>
          </Box>
        ) : (
          <>
            <Money />
            <Tree />
            <Statements />
          </>
        )}
      </Box>
      {isOpen ? (
        <ShareSheet
          kind="mall"
          sharedId=""
          title={shop?.brand.name ?? ''}
          pictureUrl={shop?.theme.logoUrl ?? null}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </Page>
  );
}

function Money(): ReactElement {
  const t = useT();
  const currency = useShop()?.brand.currency;
  const { data, error, reload } = useQuery('earnings', () => call('myEarnings', {}));
  if (!data) return error ? <Failed error={error} onRetry={() => void reload()} /> : <Bones heights={[150]} />;
  return (
    <>
      <Box className="share-money">
        <Box className="small">{t('share.month')}</Box>
        <Box className="share-month num">{formatFen(data.thisMonthMinor, currency)}</Box>
        <Box className="share-parts">
          {(
            [
              ['share.today', data.todayMinor],
              ['share.pending', data.pendingMinor],
              ['share.payable', data.payableMinor],
            ] as const
          ).map(([key, amount]) => (
            <Box key={key} className="share-part">
              <Txt className="strong num">{formatFen(amount, currency)}</Txt>
              <Txt className="tiny">{t(key)}</Txt>
            </Box>
          ))}
        </Box>
      </Box>
      <Brought orders={data.orders} />
    </>
  );
}

function Brought({ orders }: { orders: Earnings['orders'] }): ReactElement | null {
  const t = useT();
  if (orders.length === 0) return null;
  return (
    <Box className="card">
      <Heading level={2} className="h3">
        {t('share.ordersTitle')}
      </Heading>
      {orders.slice(0, 20).map(({ orderId, paidAt, amountMinor, rateBps, state }) => (
        <Box key={orderId} className="line share-order">
          <Box className="grow">
            <Box className="small num">{formatOn(paidAt)}</Box>
            <Box className="tiny muted num">{t('share.rate', { rate: `${rateBps / 100}%` })}</Box>
          </Box>
          <Txt className="badge">{t(`share.${state}`)}</Txt>
          <Price amountFen={amountMinor} isInk />
        </Box>
      ))}
    </Box>
  );
}

function Tree(): ReactElement {
  const t = useT();
  const { data, error, reload } = useQuery('shares', () => call('myShares', { query: { limit: 100 } }));
  if (!data) return error ? <Failed error={error} onRetry={() => void reload()} /> : <Bones heights={[200]} />;
  if (data.items.length === 0)
    return <Empty icon="tree" title={t('share.treeEmpty')} body={t('share.treeEmptyBody')} />;
  return (
    <Box className="card">
      <Box className="line">
        <Heading level={2} className="h3">
          {t('share.tree')}
        </Heading>
        <Txt className="tiny muted num">
          {data.visitors} {t('share.visitors')} · {data.orders} {t('share.orders')}
        </Txt>
      </Box>
      {shareTree(data.items).map((branch) => (
        <Branch key={branch.share.traceId} branch={branch} />
      ))}
    </Box>
  );
}

function Branch({ branch }: { branch: ShareBranch }): ReactElement {
  const t = useT();
  const currency = useShop()?.brand.currency;
  const { share, below } = branch;
  const facts: readonly [string, string | number][] = [
    [t('share.visitors'), share.visitors],
    [t('share.registrations'), share.registrations],
    [t('share.orders'), share.orders],
    [t('share.amount'), formatFen(share.amountMinor, currency)],
  ];
  return (
    <Box className="branch">
      <Box className="line">
        <Box className="line line-start">
          <Txt className="badge">{t(`share.kind.${share.sharedKind}`)}</Txt>
          {share.sharedTitle ? <Txt className="small clip">{share.sharedTitle}</Txt> : null}
          <Txt className="small muted num">{formatOn(share.createdAt)}</Txt>
        </Box>
        {share.children > 0 ? (
          <Txt className="tiny text-primary">{t('share.children', { count: share.children })}</Txt>
        ) : null}
      </Box>
      <Box className="branch-facts">
        {facts.map(([name, value]) => (
          <Box key={name} className="branch-fact">
            <Txt className="small strong num">{value}</Txt>
            <Txt className="tiny muted">{name}</Txt>
          </Box>
        ))}
      </Box>
      {below.length > 0 ? (
        <Box className="branch-below">
          {below.map((each: { share: Share; below: readonly ShareBranch[] }) => (
            <Branch key={each.share.traceId} branch={each} />
          ))}
        </Box>
      ) : null}
    </Box>
  );
}
