import { readCatalogue } from '@shuke/server/contracts/collect';
import { Drawer, Input, Tabs } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { eventText } from '../../i18n/event-text.ts';
import type { Reply } from '../../lib/api.ts';
import { useRead } from '../../lib/query.ts';
import { useUrlState } from '../../lib/url-state.ts';
import { Card, Page } from '../../ui/page.tsx';
import { ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { Label } from '../../ui/status-tag.tsx';
import { EventNames } from './event-names.tsx';
import { propertiesOf } from './schema-properties.ts';

import styles from './events-page.module.css';

type StandardEvent = Reply<typeof readCatalogue>['items'][number];

/** The vocabulary of the event log: standard events and what really arrives. */
export function EventsPage() {
  const { t } = useTranslation('collect');
  const [search, change] = useUrlState();
  const tab = search.get('tab') === 'seen' ? 'seen' : 'catalogue';
  return (
    <Page title={t('events.title')} purpose={t('events.purpose')}>
      <Tabs
        activeKey={tab}
        onChange={(key) => change({ tab: key === 'seen' ? key : null })}
        items={[
          { key: 'catalogue', label: t('events.catalogue') },
          { key: 'seen', label: t('events.seen') },
        ]}
      />
      {tab === 'seen' ? <EventNames /> : <Catalogue />}
    </Page>
  );
}

function Catalogue() {
  const { t } = useTranslation('collect');
  const catalogue = useRead(readCatalogue, {}, { staleMs: 3_600_000 });
  const [query, setQuery] = useState('');
  const [shown, setShown] = useState<StandardEvent | null>(null);
  if (catalogue.isPending) return <PageSkeleton />;
  if (catalogue.data === undefined)
    return <ErrorState error={catalogue.error} retry={() => void catalogue.refetch()} />;
  const wanted = query.trim().toLowerCase();
  const found = catalogue.data.items.filter(({ name }) => `${name} ${eventText(name)}`.toLowerCase().includes(wanted));
  return (
    <>
      <Input
        allowClear
        style={{ maxWidth: 320 }}
        placeholder={t('events.search')}
        aria-label={t('events.search')}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      {[...Map.groupBy(found, ({ group }) => group)].map(([group, events]) => (
        <Card key={group} title={t(`groups.${group}`, { defaultValue: group })}>
          <ul className={styles['events']}>
            {events.map((event) => (
              <li key={event.name}>
                <button type="button" className={styles['event']} onClick={() => setShown(event)}>
                  <strong>{eventText(event.name)}</strong>
                  <span className={styles['code']}>{event.name}</span>
                  {event.fact ? <Label tone="brand">{t('events.fact')}</Label> : null}
                </button>
              </li>
            ))}
          </ul>
        </Card>
      ))}
      <Drawer
        title={shown === null ? null : eventText(shown.name)}
        size={480}
        open={shown !== null}
        onClose={() => setShown(null)}
        destroyOnHidden
      >
        {shown === null ? null : <EventSchema event={shown} />}
      </Drawer>
    </>
  );
}

function EventSchema({ event }: { readonly event: StandardEvent }) {
  const { t } = useTranslation('collect');
  const properties = propertiesOf(event.schema);
  return (
    <div className={styles['schema']}>
      <p className={styles['code']}>{event.name}</p>
      {event.fact ? <p>{t('events.factHint')}</p> : null}
      <table>
        <thead>
          <tr>
            <th scope="col">{t('events.property')}</th>
            <th scope="col">{t('events.type')}</th>
            <th scope="col">{t('events.required')}</th>
          </tr>
        </thead>
        <tbody>
          {properties.map(({ name, type, required }) => (
            <tr key={name}>
              <td className="mono">{name}</td>
              <td>{type}</td>
              <td>{required ? t('yes') : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
