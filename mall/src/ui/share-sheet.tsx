import { Box, Pic, Txt } from '@elements';
import { platform } from '@platform';
import { useEffect, useState } from 'react';
import type { ReactElement } from 'react';

import { call } from '../api/client.ts';
import { useT } from '../i18n/t.ts';
import { useMember } from '../lib/member.ts';
import { formatFen } from '../lib/money.ts';
import { posterRatio } from '../lib/poster-size.ts';
import { useQuery } from '../lib/query.ts';
import { useShop } from '../lib/shop.ts';
import { toast, toastError } from '../lib/toast.ts';
import { traceCode } from '../lib/trace-memory.ts';
import { Button, ButtonLink } from './button.tsx';
import { Icon } from './icon.tsx';
import { Sheet } from './sheet.tsx';

interface ShareSheetProps {
  readonly kind: 'mall' | 'product';
  readonly sharedId: string;
  readonly title: string;
  readonly pictureUrl: string | null;
  readonly priceFen: number | null;
  readonly onClose: () => void;
}

/** The visitor's own link below the one they came by, as text, as poster, and through the platform's share menu. */
export function ShareSheet(props: ShareSheetProps): ReactElement {
  const t = useT();
  const { member } = useMember();
  return (
    <Sheet title={t('share.sheet')} onClose={props.onClose}>
      {member ? <Signed {...props} /> : <Guest isUnknown={member === undefined} />}
    </Sheet>
  );
}

function Guest({ isUnknown }: { isUnknown: boolean }): ReactElement {
  const t = useT();
  const copy = (): void => {
    void platform.copy(platform.fullAddress(`/mall/${globalThis.location?.hash ?? ''}`)).then((isCopied) => {
      if (isCopied) toast(t('share.linkCopied'), 'good');
    });
  };
  if (isUnknown) return <Box className="bone share-bone" />;
  return (
    <Box className="stack">
      <Box className="note">
        <Icon name="coin" />
        {t('share.signInFirst')}
      </Box>
      <ButtonLink to="pages/sign-in/index" isWide>
        {t('action.signIn')}
      </ButtonLink>
      {platform.kind === 'h5' ? (
        <Button kind="quiet" isWide onTap={copy}>
          <Icon name="link" size="small" />
          {t('share.copyLink')}
        </Button>
      ) : null}
    </Box>
  );
}

function Signed({ kind, sharedId, title, pictureUrl, priceFen }: ShareSheetProps): ReactElement {
  const t = useT();
  const shop = useShop();
  const [link, setLink] = useState<{ code: string; path: string } | null>(null);
  const [poster, setPoster] = useState<string | null>(null);
  const { data: earnings } = useQuery('earnings', () => call('myEarnings', {}));
  useEffect(() => {
    const parentCode = traceCode();
    call('createShare', { body: { sharedKind: kind, sharedId, ...(parentCode ? { parentCode } : {}) } })
      .then(setLink)
      .catch(toastError);
  }, [kind, sharedId]);

  const address = link ? platform.fullAddress(link.path) : '';
  const copy = async (): Promise<void> => {
    if (await platform.copy(`${title} ${address}`)) toast(t('share.linkCopied'), 'good');
  };
  const send = async (): Promise<void> => {
    if (!link) return;
    const page =
      kind === 'product' ? `pages/product/index?id=${sharedId}&t=${link.code}` : `pages/home/index?t=${link.code}`;
    if (!(await platform.share({ title, page, pictureUrl }))) await copy();
  };
  const paint = async (): Promise<void> => {
    try {
      const { paintPoster } = await import('../lib/poster.ts');
      const source = await paintPoster({
        title,
        priceText: priceFen === null ? '' : formatFen(priceFen, shop?.brand.currency),
        pictureUrl,
        shopName: shop?.brand.name ?? '',
        slogan: shop?.theme.slogan ?? '',
        scanText: t('share.posterScan'),
        address,
        primary: shop?.theme.primary ?? '#0f766e',
      });
      setPoster(source);
    } catch (error) {
      console.error(error);
      toast(t('share.posterFailed'), 'bad');
    }
  };
  if (poster) return <Poster source={poster} />;
  return (
    <Box className="stack">
      <Box className="note">
        <Icon name="coin" />
        {earnings && earnings.thisMonthMinor > 0
          ? t('share.nowEarned', { amount: formatFen(earnings.thisMonthMinor, shop?.brand.currency) })
          : t('share.sheetBody')}
      </Box>
      <Box className="share-link">
        <Txt className="clip num">{address || '…'}</Txt>
      </Box>
      <Button isWide isDisabled={!link} onTap={() => void send()}>
        <Icon name="share" size="small" />
        {t('share.system')}
      </Button>
      <Box className="line">
        <Box className="grow">
          <Button kind="quiet" isWide isDisabled={!link} onTap={() => void copy()}>
            <Icon name="link" size="small" />
            {t('share.copyLink')}
          </Button>
        </Box>
        <Box className="grow">
          <Button kind="quiet" isWide isDisabled={!link} onTap={() => void paint()}>
            <Icon name="image" size="small" />
            {t('share.poster')}
          </Button>
        </Box>
      </Box>
    </Box>
  );
}

function Poster({ source }: { source: string }): ReactElement {
  const t = useT();
  return (
    <Box className="stack">
      <Box className="share-poster">
        <Pic src={source} alt={t('share.posterAlt')} ratio={posterRatio} width={300} isEager />
      </Box>
      <Button isWide onTap={() => void platform.savePicture(source, 'poster.png')}>
        {t('share.savePoster')}
      </Button>
      <Box className="center tiny muted">{t('share.saveHint')}</Box>
    </Box>
  );
}
