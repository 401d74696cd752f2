import { EnterOutlined, LoadingOutlined, SearchOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Modal } from 'antd';
import { useDeferredValue, useId, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import type { PaletteHit } from '../../lib/feature.ts';
import { useSession } from '../../lib/session.ts';
import { features } from '../features.ts';
import { useNavigation } from '../navigation.ts';
import { matches } from './palette-match.ts';

import styles from './command-palette.module.css';

interface Group {
  readonly label: string;
  readonly hits: readonly PaletteHit[];
}

/** Finds pages, actions and whatever the modules can search (customers, orders, …) from anywhere by ⌘K. */
export function CommandPalette({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Modal
      open={open}
      onCancel={onClose}
      footer={null}
      closable={false}
      width={600}
      destroyOnHidden
      style={{ top: 96 }}
      styles={{ container: { padding: 0, overflow: 'hidden' } }}
    >
      <PaletteBody onClose={onClose} />
    </Modal>
  );
}

function PaletteBody({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const listId = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const query = useDeferredValue(text.trim());
  const found = useFound(query);
  const groups = [...usePagesAndActions(query), ...(found.data ?? [])].filter(({ hits }) => hits.length > 0);
  const hits = groups.flatMap((group) => group.hits);
  const current = hits[Math.min(at, hits.length - 1)];
  const open = (hit: PaletteHit) => {
    onClose();
    void navigate(hit.path);
  };
  const steer = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && hits.length > 0) {
      event.preventDefault();
      setAt((Math.min(at, hits.length - 1) + step + hits.length) % hits.length);
    }
    if (event.key === 'Enter' && current && !event.nativeEvent.isComposing) open(current);
  };
  return (
    <div>
      <div className={styles['field']}>
        {found.isFetching ? <LoadingOutlined aria-hidden /> : <SearchOutlined aria-hidden />}
        <input
          autoFocus
          role="combobox"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={current ? `${listId}-${current.id}` : undefined}
          aria-label={t('palette.open')}
          placeholder={t('palette.placeholder')}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={steer}
        />
      </div>
      <div id={listId} role="listbox" aria-label={t('palette.results')} className={styles['results']}>
        {groups.map((group) => (
          <div key={group.label} role="group" aria-label={group.label}>
            <div className={styles['group']} aria-hidden>
              {group.label}
            </div>
            {group.hits.map((hit) => (
              <div
                key={hit.id}
                id={`${listId}-${hit.id}`}
                role="option"
                tabIndex={-1}
                aria-selected={hit === current}
                className={styles['hit']}
                onClick={() => open(hit)}
                onKeyDown={steer}
                onMouseMove={() => setAt(hits.indexOf(hit))}
                ref={(element) => {
                  if (hit === current) element?.scrollIntoView({ block: 'nearest' });
                }}
              >
                <span className={styles['title']}>{hit.title}</span>
                {hit.detail === undefined ? null : <span className={styles['detail']}>{hit.detail}</span>}
                <EnterOutlined className={styles['enter']} aria-hidden />
              </div>
            ))}
          </div>
        ))}
        {hits.length === 0 && !found.isFetching ? <p className={styles['none']}>{t('palette.nothing')}</p> : null}
        {found.isError ? <p className={styles['none']}>{t('palette.failed')}</p> : null}
      </div>
    </div>
  );
}

function usePagesAndActions(query: string): Group[] {
  const { t } = useTranslation();
  const { permissions } = useSession();
  const navigation = useNavigation();
  const pages = navigation.flatMap(({ section, entries }) =>
    entries.map((entry) => ({
      id: `page-${entry.path.replaceAll('/', '-')}`,
      title: t(entry.label),
      detail: t(`sections.${section}`),
      path: `/${entry.path}`,
    })),
  );
  const actions = features
    .flatMap((feature) => feature.actions ?? [])
    .filter(({ permission }) => permissions.has(permission))
    .map((action) => ({ id: `action-${action.label}`, title: t(action.label), path: action.path }));
  const fits = ({ title, detail }: PaletteHit) => matches(`${title} ${detail ?? ''}`, query);
  return [
    { label: t('palette.pages'), hits: pages.filter(fits).slice(0, query === '' ? 40 : 8) },
    { label: t('palette.actions'), hits: actions.filter(fits).slice(0, 8) },
  ];
}

function useFound(query: string) {
  const { t, i18n } = useTranslation();
  const { permissions } = useSession();
  const searches = features
    .flatMap((feature) => feature.search ?? [])
    .filter(({ permission }) => permissions.has(permission));
  return useQuery<Group[]>({
    queryKey: ['palette', query, i18n.language],
    enabled: query.length >= 2 && searches.length > 0,
    staleTime: 10_000,
    placeholderData: (previous) => (query.length >= 2 ? previous : undefined),
    queryFn: async ({ signal }) => {
      // A short pause lets the next keystroke cancel this search before it is sent.
      await new Promise((resolve) => {
        setTimeout(resolve, 150);
      });
      if (signal.aborted) return [];
      return Promise.all(
        searches.map(async ({ label, load }): Promise<Group> => ({
          label: t(label),
          hits: await (await load())(query, signal),
        })),
      );
    },
  });
}
