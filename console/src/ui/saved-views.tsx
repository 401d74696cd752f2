import { BookOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Dropdown, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useStoredJson } from '../lib/stored.ts';
import type { FilterState, FilterValues } from './filters.ts';

import styles from './saved-views.module.css';

interface SavedView {
  readonly name: string;
  readonly values: FilterValues;
}

function isSavedViews(value: unknown): value is SavedView[] {
  return (
    Array.isArray(value) &&
    value.every((view: unknown) => typeof view === 'object' && view !== null && 'name' in view && 'values' in view)
  );
}

/** Filters a person wants to come back to, by name; kept in this browser. */
export function SavedViews({ list, state }: { readonly list: string; readonly state: FilterState }) {
  const { t } = useTranslation();
  const [views, setViews] = useStoredJson<SavedView[]>(`views.${list}`, isSavedViews, []);
  const [naming, setNaming] = useState<string | null>(null);
  const save = () => {
    const name = naming?.trim() ?? '';
    if (name === '') return;
    setViews([...views.filter((view) => view.name !== name), { name, values: state.values }]);
    setNaming(null);
  };
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            ...views.map((view) => ({
              key: view.name,
              label: (
                <span className={styles['view']}>
                  <span>{view.name}</span>
                  <Button
                    type="text"
                    size="small"
                    icon={<DeleteOutlined />}
                    aria-label={t('views.remove', { name: view.name })}
                    onClick={(event) => {
                      event.stopPropagation();
                      setViews(views.filter((other) => other.name !== view.name));
                    }}
                  />
                </span>
              ),
              onClick: () => state.replaceAll(view.values),
            })),
            ...(views.length > 0 ? [{ type: 'divider' as const }] : []),
            {
              key: ' save',
              icon: <PlusOutlined />,
              label: t('views.save'),
              disabled: !state.isActive,
              onClick: () => setNaming(''),
            },
          ],
        }}
      >
        <Button icon={<BookOutlined />}>{t('views.title')}</Button>
      </Dropdown>
      <Modal
        title={t('views.save')}
        open={naming !== null}
        okText={t('save')}
        okButtonProps={{ disabled: naming?.trim() === '' }}
        onOk={save}
        onCancel={() => setNaming(null)}
        destroyOnHidden
      >
        <Input
          autoFocus
          maxLength={40}
          aria-label={t('views.name')}
          placeholder={t('views.name')}
          value={naming ?? ''}
          onChange={(event) => setNaming(event.target.value)}
          onPressEnter={save}
        />
      </Modal>
    </>
  );
}
