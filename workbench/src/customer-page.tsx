import type { getCustomer, listTimeline } from '@shuke/server/contracts/customers';
import type { customerTags } from '@shuke/server/contracts/tags';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';

import { api } from './api.ts';
import type { Reply } from './api.ts';
import { Await, day, money } from './parts.tsx';
import { Shares } from './shares.tsx';
import { signalsOf } from './signals.ts';

/** Who is this, what matters now, what shall I say: one screen. */
export function CustomerPage() {
  const { t, i18n } = useTranslation();
  const { customerId = '' } = useParams();
  const customer = useQuery({
    queryKey: ['customer', customerId],
    queryFn: () => api<Reply<typeof getCustomer>>('GET', `/api/customers/${customerId}`),
  });
  const tags = useQuery({
    queryKey: ['tags', customerId],
    queryFn: () => api<Reply<typeof customerTags>>('GET', `/api/customers/${customerId}/tags`),
  });
  return (
    <main>
      <Link className="back" to="/">
        ‹ {t('card.back')}
      </Link>
      <Await query={customer}>
        {() => {
          const one = customer.data;
          if (!one) return null;
          const signals = signalsOf(one, new Date());
          return (
            <>
              <section className="card" aria-label={t('card.who')}>
                <h1>{one.isKnown ? one.displayName : t('card.anonymous')}</h1>
                <p className="soft">{[one.phone, `#${one.customerNo}`, one.tierCode].filter(Boolean).join(' · ')}</p>
                <dl>
                  <div>
                    <dt>{t('card.spend')}</dt>
                    <dd>{money(one.spendMinor, one.spendCurrency, i18n.language)}</dd>
                  </div>
                  <div>
                    <dt>{t('card.orders')}</dt>
                    <dd>{one.ordersCount}</dd>
                  </div>
                  <div>
                    <dt>{t('card.lastOrder')}</dt>
                    <dd>{one.lastOrderAt ? day(one.lastOrderAt, i18n.language) : t('card.never')}</dd>
                  </div>
                </dl>
                <p className="tags" aria-label={t('card.tags')}>
                  {tags.data?.tags.map((tag) => (
                    <span key={tag.tagId}>{tag.name}</span>
                  ))}
                  {tags.data?.tags.length === 0 && <small>{t('card.noTags')}</small>}
                </p>
              </section>
              <h2>{t('card.matters')}</h2>
              <ul className="signals">
                {signals.map(({ signal, days, count }) => (
                  <li key={signal}>{t(`signal.${signal}`, { days, count })}</li>
                ))}
              </ul>
              <h2>{t('card.say')}</h2>
              {signals.map(({ signal }) => (
                <Line key={signal} text={t(`line.${signal}`)} />
              ))}
            </>
          );
        }}
      </Await>
      <Shares customerId={customerId} />
      <h2>{t('card.timeline')}</h2>
      <Timeline customerId={customerId} />
    </main>
  );
}

/** One tap copies the line. */
function Line({ text }: { text: string }) {
  const { t } = useTranslation();
  const [isCopied, setIsCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setIsCopied(true);
    setTimeout(() => setIsCopied(false), 1_500);
  };
  return (
    <button type="button" className="line" onClick={() => void copy()}>
      {text}
      {isCopied && <small role="status">{t('card.copied')}</small>}
    </button>
  );
}

function Timeline({ customerId }: { customerId: string }) {
  const { t, i18n } = useTranslation();
  const timeline = useQuery({
    queryKey: ['timeline', customerId],
    queryFn: () => api<Reply<typeof listTimeline>>('GET', `/api/customers/${customerId}/timeline?limit=30`),
  });
  return (
    <Await query={timeline}>
      {() =>
        timeline.data?.items.length === 0 ? (
          <p className="notice">{t('card.noTimeline')}</p>
        ) : (
          <ol className="timeline">
            {timeline.data?.items.map((event) => (
              <li key={`${event.at}-${event.name}-${event.reference}`}>
                <b>{event.name}</b>
                <small>{[event.reference, day(event.at, i18n.language)].filter(Boolean).join(' · ')}</small>
              </li>
            ))}
          </ol>
        )
      }
    </Await>
  );
}
