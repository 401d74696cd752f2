import type { listCustomers } from '@shuke/server/contracts/customers';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { api } from './api.ts';
import type { Reply } from './api.ts';
import { Await, money } from './parts.tsx';

/** Search by phone, last four or number; without a search those seen lately in the guide's stores. */
export function FindPage() {
  const { t, i18n } = useTranslation();
  const [text, setText] = useState('');
  const search = useDeferredValue(text.trim());
  const usable = search === '' || search.length >= 4 || search.startsWith('#');
  const found = useQuery({
    queryKey: ['customers', usable ? search : ''],
    queryFn: () =>
      api<Reply<typeof listCustomers>>(
        'GET',
        `/api/customers?isKnown=true&limit=30${search !== '' && usable ? `&search=${encodeURIComponent(search)}` : ''}`,
      ),
  });
  return (
    <main>
      <h1>{t('find.title')}</h1>
      <input
        type="search"
        inputMode="tel"
        aria-label={t('find.placeholder')}
        placeholder={t('find.placeholder')}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {search === '' && <h2>{t('find.recent')}</h2>}
      <Await query={found}>
        {() =>
          found.data?.items.length === 0 ? (
            <p className="notice">{t(search === '' ? 'find.empty' : 'find.none')}</p>
          ) : (
            <ul className="list">
              {found.data?.items.map((customer) => (
                <li key={customer.customerId}>
                  <Link to={`/customers/${customer.customerId}`}>
                    <span className="avatar" aria-hidden="true">
                      {customer.displayName.slice(0, 1)}
                    </span>
                    <span>
                      <b>{customer.displayName}</b>
                      <small>{customer.phone ?? `#${customer.customerNo}`}</small>
                    </span>
                    <span className="right">
                      <b>{money(customer.spendMinor, customer.spendCurrency, i18n.language)}</b>
                      <small>{t('find.orders', { count: customer.ordersCount })}</small>
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
          )
        }
      </Await>
    </main>
  );
}
