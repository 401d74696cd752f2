import type { listTraces } from '@shuke/server/contracts/referral';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ApiError } from './api.ts';
import type { Reply } from './api.ts';
import { Await, day } from './parts.tsx';

type Trace = Reply<typeof listTraces>['items'][number];

/** What the customer shares, each with its link and poster to send them; nothing for those who may not see shares. */
export function Shares({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const shares = useQuery({
    queryKey: ['shares', customerId],
    queryFn: () =>
      api<Reply<typeof listTraces>>('GET', `/api/referral/traces?sharerCustomerId=${customerId}&limit=10`).catch(
        (error: unknown) => {
          if (error instanceof ApiError && error.code === 'not_permitted') return null;
          throw error;
        },
      ),
  });
  if (shares.data === null) return null;
  return (
    <>
      <h2>{t('shares.title')}</h2>
      <Await query={shares}>
        {() =>
          shares.data?.items.length === 0 ? (
            <p className="notice">{t('shares.none')}</p>
          ) : (
            <ul className="shares">
              {shares.data?.items.map((trace) => (
                <Share key={trace.traceId} trace={trace} />
              ))}
            </ul>
          )
        }
      </Await>
    </>
  );
}

function Share({ trace }: { trace: Trace }) {
  const { t, i18n } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const [isCopied, setIsCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(`${location.origin}/s/${trace.code}`);
    setIsCopied(true);
    setTimeout(() => setIsCopied(false), 1_500);
  };
  return (
    <li className="card">
      <b>{trace.sharedTitle || t(`shares.kind.${trace.sharedKind}`)}</b>
      <p className="soft">
        {[
          day(trace.createdAt, i18n.language),
          t('shares.visitors', { count: trace.visitors }),
          t('shares.orders', { count: trace.orders }),
        ].join(' · ')}
      </p>
      <p className="acts">
        <button type="button" className="quiet" onClick={() => void copy()}>
          {t(isCopied ? 'card.copied' : 'shares.copy')}
        </button>
        <button type="button" className="quiet" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          {t(isOpen ? 'shares.hide' : 'shares.poster')}
        </button>
      </p>
      {isOpen && <Poster trace={trace} />}
    </li>
  );
}

/** The poster as the server paints it; held long, the phone offers to save or send it. */
function Poster({ trace }: { trace: Trace }) {
  const { t, i18n } = useTranslation();
  const [isGone, setIsGone] = useState(false);
  const language = i18n.language === 'en' ? 'en' : 'zh-CN';
  if (isGone) return <p className="notice">{t('shares.gone')}</p>;
  return (
    <figure className="poster">
      <img
        src={`/api/referral/traces/${trace.traceId}/poster?language=${language}`}
        width={270}
        height={420}
        alt={t('shares.posterAlt')}
        onError={() => setIsGone(true)}
      />
      <figcaption>{t('shares.hold')}</figcaption>
    </figure>
  );
}
