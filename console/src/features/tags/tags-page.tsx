import { PlusOutlined } from '@ant-design/icons';
import { addTag, createTag, listTags, removeTag } from '@shuke/server/contracts/tags';
import { Alert, Button, ColorPicker, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '../../i18n/index.ts';
import type { Reply } from '../../lib/api.ts';
import { useList, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { useUrlState } from '../../lib/url-state.ts';
import type { Column } from '../../ui/data-table.tsx';
import { useFilters } from '../../ui/filters.ts';
import type { Filter } from '../../ui/filters.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Count, orDash } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import { Label } from '../../ui/status-tag.tsx';
import { CustomerPicker } from '../customers/customer-picker.tsx';
import type { PickedCustomer } from '../customers/customer-picker.tsx';
import { rfmGroups } from './rfm-groups.ts';

import styles from './rfm.module.css';

type Tag = Reply<typeof listTags>['items'][number];

/** All tags and how many carry them. */
export function TagsPage() {
  const { t } = useTranslation('tags');
  const mayWrite = useCan('tags.write');
  const [search, change] = useUrlState();
  const [putting, setPutting] = useState<{ tag: Tag; act: 'add' | 'remove' } | null>(null);
  const filters: Filter[] = [
    {
      kind: 'choice',
      key: 'kind',
      label: t('tag.kind'),
      options: (['manual', 'rfm'] as const).map((value) => ({ value, label: t(`kinds.${value}`) })),
    },
  ];
  const filterState = useFilters(filters);
  const answer = useList(listTags, {});
  const { kind } = filterState.values;
  const list = { ...answer, rows: answer.rows.filter((tag) => kind === undefined || tag.kind === kind) };
  const create = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => change({ new: '1' })}>
      {t('list.create')}
    </Button>
  );
  return (
    <>
      <ListPage<Tag>
        name="tags"
        title={t('list.title')}
        purpose={t('list.purpose')}
        actions={mayWrite ? create : undefined}
        filters={filters}
        filterState={filterState}
        columns={useTagColumns(mayWrite, (tag, act) => setPutting({ tag, act }))}
        list={list}
        rowKey={(tag) => tag.tagId}
        empty={{ title: t('list.empty'), hint: t('list.emptyHint'), action: mayWrite ? create : undefined }}
      />
      <TagForm open={search.get('new') === '1'} onClose={() => change({ new: null })} />
      {putting === null ? null : <PutTag {...putting} onClose={() => setPutting(null)} />}
    </>
  );
}

function useTagColumns(mayWrite: boolean, put: (tag: Tag, act: 'add' | 'remove') => void): Column<Tag>[] {
  const { t } = useTranslation('tags');
  return [
    {
      key: 'name',
      title: t('tag.name'),
      render: (tag) => (
        <span className={styles['tagName']}>
          <span className={styles['swatch']} style={{ background: tag.color }} aria-hidden />
          <TagName tag={tag} />
        </span>
      ),
    },
    { key: 'kind', title: t('tag.kind'), render: (tag) => <Label>{t(`kinds.${tag.kind}`)}</Label> },
    { key: 'group', title: t('tag.group'), render: (tag) => orDash(tag.groupName) },
    { key: 'code', title: t('tag.code'), render: (tag) => <span className="mono">{tag.code}</span>, optional: true },
    { key: 'description', title: t('tag.description'), render: (tag) => orDash(tag.description) },
    { key: 'customers', title: t('tag.customers'), align: 'right', render: (tag) => <Count value={tag.customers} /> },
    {
      key: 'act',
      title: '',
      align: 'right',
      render: (tag) =>
        mayWrite && tag.kind === 'manual' ? (
          <>
            <Button type="text" size="small" onClick={() => put(tag, 'add')}>
              {t('tag.put')}
            </Button>
            <Button type="text" size="small" onClick={() => put(tag, 'remove')}>
              {t('tag.takeOff')}
            </Button>
          </>
        ) : null,
    },
  ];
}

/** The name of a tag; those of RFM groups are in the reader's language. */
function TagName({ tag }: { readonly tag: Tag }) {
  const { t } = useTranslation('tags');
  const group = tag.kind === 'rfm' ? rfmGroups.find((one) => tag.code.endsWith(one)) : undefined;
  return <>{group === undefined ? tag.name : t(`groups.${group}.name`)}</>;
}

interface TagValues {
  readonly name: string;
  readonly groupName?: string;
  readonly description?: string;
  readonly color: string | { toHexString: () => string };
}

function TagForm({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation('tags');
  const create = useWrite(createTag, { refreshes: [listTags] });
  return (
    <FormDrawer<TagValues>
      title={t('list.create')}
      open={open}
      onClose={onClose}
      initial={{ color: '#0F766E' }}
      submit={({ color, ...values }) =>
        create.mutateAsync({
          body: { ...values, color: (typeof color === 'string' ? color : color.toHexString()).slice(0, 7) },
        })
      }
    >
      <Form.Item name="name" label={t('tag.name')} rules={[{ required: true }]}>
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item name="groupName" label={t('tag.group')} extra={t('tag.groupHint')}>
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item name="description" label={t('tag.description')}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
      <Form.Item name="color" label={t('tag.color')}>
        <ColorPicker disabledAlpha />
      </Form.Item>
    </FormDrawer>
  );
}

interface PutTagProps {
  readonly tag: Tag;
  readonly act: 'add' | 'remove';
  readonly onClose: () => void;
}

const mostAtOnce = 200;

/** Puts a tag on customers, or takes it off. */
function PutTag({ tag, act, onClose }: PutTagProps) {
  const { t } = useTranslation('tags');
  const [customers, setCustomers] = useState<readonly PickedCustomer[]>([]);
  const write = useWrite(act === 'add' ? addTag : removeTag, { refreshes: [listTags], onDone: onClose });
  const customerIds = customers.map(({ customerId }) => customerId);
  return (
    <Modal
      title={t(`put.${act}`, { name: tag.name })}
      open
      okText={t('put.confirm', { count: customerIds.length })}
      okButtonProps={{ disabled: customerIds.length === 0 }}
      confirmLoading={write.isPending}
      onOk={() => write.mutate({ params: { tagId: tag.tagId }, body: { customerIds } })}
      onCancel={onClose}
    >
      <CustomerPicker value={customers} most={mostAtOnce} label={t('put.customers')} onChange={setCustomers} />
      {write.error === null ? null : (
        <Alert style={{ marginTop: 12 }} type="error" showIcon title={errorText(write.error)} />
      )}
    </Modal>
  );
}
