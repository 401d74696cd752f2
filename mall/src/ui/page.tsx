import { Box, Go, Heading, Overlay, Tap, Txt } from '@elements';
import { platform } from '@platform';
import { useEffect } from 'react';
import type { ReactElement, ReactNode } from 'react';

import { useT } from '../i18n/t.ts';
import { bigTextStore } from '../lib/big-text.ts';
import { cartStore, loadCart } from '../lib/cart.ts';
import { questionStore } from '../lib/confirm.ts';
import { useShop } from '../lib/shop.ts';
import { useStore } from '../lib/store.ts';
import { themeVariables } from '../lib/theme.ts';
import { toastStore } from '../lib/toast.ts';
import { noteTrace } from '../lib/trace-memory.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import type { IconName } from './icon.tsx';

export type Tab = 'home' | 'category' | 'cart' | 'me';
interface PageProps {
  readonly title: string;
  /** Which bottom tab it is; other pages get a way back instead. */
  readonly tab?: Tab;
  /** What stays at the lower edge. */
  readonly bar?: ReactNode;
  readonly isBarNarrow?: boolean;
  /** At the right of the title. */
  readonly side?: ReactNode;
  /** Pages that draw their own head. */
  readonly hasNoTop?: boolean;
  readonly children: ReactNode;
}

/** The frame of every page: theme, title, way back or tabs, messages. It also notes who shared what led here. */
export function Page({ title, tab, bar, isBarNarrow, side, hasNoTop, children }: PageProps): ReactElement {
  const shop = useShop();
  const isBig = useStore(bigTextStore);
  const { t: trace } = platform.usePageParams();
  const fullTitle = shop && tab === 'home' ? shop.brand.name : title;
  useEffect(() => platform.setTitle(fullTitle), [fullTitle]);
  useEffect(() => noteTrace(trace), [trace]);
  useEffect(() => {
    if (cartStore.get().cart === null) void loadCart();
  }, []);
  const classes = ['page', tab ? 'has-tabs' : '', bar ? 'has-bar' : '', isBig ? 'is-big' : ''].join(' ');
  return (
    <Box className={classes} style={shop ? themeVariables(shop.theme) : {}}>
      {platform.kind === 'h5' && !hasNoTop && !tab ? <TopBar title={title} side={side} /> : null}
      <Box role="main">
        {children}
        {bar ? (
          <Box className="bar">
            <Box className={`bar-inside ${isBarNarrow ? 'bar-narrow' : ''}`}>{bar}</Box>
          </Box>
        ) : null}
      </Box>
      {platform.kind === 'h5' && tab ? <TabBar tab={tab} brand={shop?.brand.name ?? ''} /> : null}
      <Box id="sheets" />
      <Question />
      <Toast />
    </Box>
  );
}

function TopBar({ title, side }: { title: string; side: ReactNode }): ReactElement {
  const t = useT();
  return (
    <Box className="topbar" role="banner">
      <Box className="topbar-inside">
        <Tap className="icon-button" label={t('action.back')} onTap={() => platform.back()}>
          <Icon name="back" />
        </Tap>
        <Heading level={1} className="topbar-title">
          {title}
        </Heading>
        <Box className="topbar-side">{side}</Box>
      </Box>
    </Box>
  );
}

const tabList: readonly { tab: Tab; icon: IconName }[] = [
  { tab: 'home', icon: 'home' },
  { tab: 'category', icon: 'grid' },
  { tab: 'cart', icon: 'cart' },
  { tab: 'me', icon: 'user' },
];

function TabBar({ tab: current, brand }: { tab: Tab; brand: string }): ReactElement {
  const t = useT();
  const { cart } = useStore(cartStore);
  return (
    <Box className="tabbar" role="navigation" label={t('nav.main')}>
      <Box className="tabbar-inside">
        <Box className="tabbar-brand">{brand}</Box>
        {tabList.map(({ tab, icon }) => (
          <Go
            key={tab}
            className={`tabbar-item ${tab === current ? 'is-on' : ''}`}
            to={`pages/${tab}/index`}
            isCurrent={tab === current}
          >
            <Icon name={icon} />
            <Txt>{t(`tab.${tab}`)}</Txt>
            {tab === 'cart' && cart && cart.quantity > 0 ? (
              <Txt className="tabbar-count num">{cart.quantity > 99 ? '99+' : cart.quantity}</Txt>
            ) : null}
          </Go>
        ))}
      </Box>
    </Box>
  );
}

function Toast(): ReactElement {
  const toast = useStore(toastStore);
  return (
    <Box live role="status">
      {toast ? <Box className={`toast toast-${toast.kind}`}>{toast.text}</Box> : null}
    </Box>
  );
}

function Question(): ReactElement | null {
  const t = useT();
  const question = useStore(questionStore);
  if (!question) return null;
  return (
    <Overlay label={question.title} onClose={() => question.answer(false)}>
      <Box className="sheet-body stack">
        <Heading level={2} className="h2">
          {question.title}
        </Heading>
        <Box className="muted">{question.body}</Box>
      </Box>
      <Box className="sheet-foot">
        <Button kind="quiet" onTap={() => question.answer(false)}>
          {t('action.cancel')}
        </Button>
        <Button kind={question.isDangerous ? 'danger' : 'main'} onTap={() => question.answer(true)}>
          {question.yes}
        </Button>
      </Box>
    </Overlay>
  );
}
