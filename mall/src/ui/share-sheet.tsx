import { Box, Pic, Txt } from '@elements';
import { platform } from '@platform';
import { useEffect, useState } from 'react';
import type { ReactElement } from 'react';

import { call } from '../api/client.ts';
import { language } from '../i18n/language.ts';
import { useT } from '../i18n/t.ts';
import { useMember } from '../lib/member.ts';
import { formatFen } from '../lib/money.ts';
import { useQuery } from '../lib/query.ts';
import { reportBug } from '../lib/report.ts';
import { toast, toastError } from '../lib/toast.ts';
import { traceCode } from '../lib/trace-memory.ts';
import { Button, ButtonLink } from './button.tsx';
import { Icon } from './icon.tsx';
import { Sheet } from './sheet.tsx';

/** A poster's height over its width. */
const posterRatio = 1_400 / 900;

interface ShareSheetProps {
  readonly kind: 'mall' | 'product';
  readonly sharedId: string;
  readonly title: string;
  readonly pictureUrl: string | null;
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
  const copy = async (): Promise<void> => {
    const address = platform.fullAddress(`/mall/${globalThis.location?.hash ?? ''}`);
    if (await platform.copy(address)) toast(t('share.linkCopied'), 'good');
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
        <Button kind="quiet" isWide onTap={() => void copy()}>
          <Icon name="link" size="small" />
          {t('share.copyLink')}
        </Button>
      ) : null}
    </Box>
  );
}

function Signed({ kind, sharedId, title, pictureUrl }: ShareSheetProps): ReactElement {
  const t = useT();
  const [link, setLink] = useState<{ code: string; path: string } | null>(null);
  const [poster, setPoster] = useState<string | null>(null);
  const [isPainting, setPainting] = useState(false);
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
    if (!link) return;
    setPainting(true);
    try {
      setPoster(await platform.fetchPicture(`/api/mall/shares/${link.code}/poster?language=${language()}`));
    } catch (error) {
      reportBug(error);
      toast(t('share.posterFailed'), 'bad');
    } finally {
      setPainting(false);
    }
  };
  if (poster) return <Poster source={poster} />;
  return (
    <Box className="stack">
      <Earns productId={kind === 'product' ? sharedId : null} />
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
          <Button kind="quiet" isWide isDisabled={!link || isPainting} onTap={() => void paint()}>
            <Icon name="image" size="small" />
            {t(isPainting ? 'share.painting' : 'share.poster')}
          </Button>
        </Box>
      </Box>
    </Box>
  );
}

/** What a share earns its sender, where a plan rewards it. */
function Earns({ productId }: { productId: string | null }): ReactElement {
  const t = useT();
  const { data } = useQuery(`share-earning:${productId ?? ''}`, () =>
    call('shareEarning', { query: productId === null ? {} : { productId } }),
  );
  if (!data) return <Box className="bone share-earns" />;
  const { earning } = data;
  const rate = earning ? `${earning.rateBps / 100}%` : '';
  if (!earning) return <Box className="note">{t('share.sheetPlain')}</Box>;
  return (
    <Box className="note share-earns">
      <Icon name="coin" />
      <Box>
        <Box className="strong num">
          {earning.amountMinor === null
            ? t('share.earnsRate', { rate })
            : t('share.earnsAmount', { amount: formatFen(earning.amountMinor, earning.currency), rate })}
        </Box>
        <Box className="tiny muted num">{t('share.earnsWhen', { days: earning.holdDays })}</Box>
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
