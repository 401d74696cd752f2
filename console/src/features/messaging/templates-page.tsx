import { PlusOutlined } from '@ant-design/icons';
import { archiveTemplate, changeTemplate, createTemplate, listTemplates } from '@shuke/server/contracts/messaging';
import { Button, Form, Input, Radio } from 'antd';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Reply } from '../../lib/api.ts';
import { useList, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { useUrlState } from '../../lib/url-state.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { useFilters } from '../../ui/filters.ts';
import type { Filter } from '../../ui/filters.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { When, orDash } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import { Label } from '../../ui/status-tag.tsx';
import { MessagePreview } from './message-preview.tsx';
import { VariableChips } from './variable-chips.tsx';

import styles from './messaging.module.css';

type Template = Reply<typeof listTemplates>['items'][number];
type TemplateValues = Omit<Template, 'templateId' | 'updatedAt'>;

const channels = ['inbox', 'email', 'log'] as const;

/** The texts customers receive. */
export function TemplatesPage() {
  const { t } = useTranslation('messaging');
  const may = useCan('messaging.write');
  const [search, change] = useUrlState();
  const [editing, setEditing] = useState<Template | null>(null);
  const filters: Filter[] = [
    {
      kind: 'choice',
      key: 'channel',
      label: t('template.channel'),
      options: channels.map((value) => ({ value, label: t(`channels.${value}`) })),
    },
  ];
  const filterState = useFilters(filters);
  const answer = useList(listTemplates, {});
  const { channel } = filterState.values;
  const rows = answer.rows.filter((template) => channel === undefined || template.channel === channel);
  const create = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => change({ new: '1' })}>
      {t('templates.create')}
    </Button>
  );
  const isNew = search.get('new') === '1';
  return (
    <>
      <ListPage<Template>
        name="message-templates"
        title={t('templates.title')}
        purpose={t('templates.purpose')}
        actions={may ? create : undefined}
        filters={filters}
        filterState={filterState}
        columns={useTemplateColumns(may, setEditing)}
        list={{ ...answer, rows }}
        rowKey={(template) => template.templateId}
        empty={{ title: t('templates.empty'), hint: t('templates.emptyHint'), action: may ? create : undefined }}
      />
      {isNew || editing !== null ? (
        <TemplateForm
          key={editing?.templateId ?? 'new'}
          template={editing}
          onClose={() => {
            setEditing(null);
            if (isNew) change({ new: null });
          }}
        />
      ) : null}
    </>
  );
}

function useTemplateColumns(may: boolean, edit: (template: Template) => void): Column<Template>[] {
  const { t } = useTranslation('messaging');
  const archive = useWrite(archiveTemplate, { refreshes: [listTemplates] });
  return [
    { key: 'name', title: t('template.name'), render: (template) => template.name },
    { key: 'channel', title: t('template.channel'), render: (template) => t(`channels.${template.channel}`) },
    {
      key: 'class',
      title: t('template.class'),
      render: (template) => (
        <Label tone={template.touchClass === 'marketing' ? 'warn' : 'brand'}>
          {t(`classes.${template.touchClass}`)}
        </Label>
      ),
    },
    { key: 'subject', title: t('template.subject'), render: (template) => orDash(template.subject) },
    {
      key: 'body',
      title: t('template.body'),
      render: (template) => <span className={styles['excerpt']}>{template.body}</span>,
    },
    {
      key: 'updated',
      title: t('template.updatedAt'),
      render: (template) => <When at={template.updatedAt} shape="relative" />,
    },
    {
      key: 'act',
      title: '',
      align: 'right',
      render: (template) =>
        may ? (
          <>
            <Button type="text" size="small" onClick={() => edit(template)}>
              {t('edit')}
            </Button>
            <ConfirmAction
              danger
              button={{ type: 'text', size: 'small' }}
              label={t('templates.archive')}
              title={t('templates.archiveTitle', { name: template.name })}
              consequence={t('templates.archiveConsequence')}
              confirmLabel={t('templates.archive')}
              run={() => archive.mutateAsync({ params: { templateId: template.templateId } })}
            />
          </>
        ) : null,
    },
  ];
}

function TemplateForm({ template, onClose }: { readonly template: Template | null; readonly onClose: () => void }) {
  const { t } = useTranslation('messaging');
  const [form] = Form.useForm<TemplateValues>();
  const create = useWrite(createTemplate, { refreshes: [listTemplates] });
  const change = useWrite(changeTemplate, { refreshes: [listTemplates] });
  const bodyRef = useRef<TextAreaRef>(null);
  const putIn = (gap: string) => {
    const area = bodyRef.current?.resizableTextArea?.textArea;
    const body = form.getFieldValue('body') ?? '';
    const [from, until] = area ? [area.selectionStart, area.selectionEnd] : [body.length, body.length];
    form.setFieldValue('body', body.slice(0, from) + gap + body.slice(until));
    // The form writes the text in its next round; only then can the cursor stand behind what was put in.
    requestAnimationFrame(() => {
      area?.focus();
      area?.setSelectionRange(from + gap.length, from + gap.length);
    });
  };
  return (
    <FormDrawer<TemplateValues>
      title={t(template === null ? 'templates.create' : 'templates.edit')}
      widthPx={760}
      open
      form={form}
      onClose={onClose}
      initial={
        template ?? { name: '', channel: 'inbox' as const, touchClass: 'marketing' as const, subject: '', body: '' }
      }
      submit={(body) =>
        template === null
          ? create.mutateAsync({ body })
          : change.mutateAsync({ params: { templateId: template.templateId }, body })
      }
    >
      <Form.Item name="name" label={t('template.name')} rules={[{ required: true }]}>
        <Input maxLength={120} placeholder={t('template.namePlaceholder')} />
      </Form.Item>
      <div className={styles['pair']}>
        <Form.Item name="channel" label={t('template.channel')}>
          <Radio.Group options={channels.map((value) => ({ value, label: t(`channels.${value}`) }))} />
        </Form.Item>
        <Form.Item name="touchClass" label={t('template.class')} extra={t('template.classHint')}>
          <Radio.Group
            options={(['marketing', 'service'] as const).map((value) => ({ value, label: t(`classes.${value}`) }))}
          />
        </Form.Item>
      </div>
      <Form.Item name="subject" label={t('template.subject')}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item
        name="body"
        label={t('template.body')}
        extra={t('template.bodyHint', { example: '{{name|…}}' })}
        rules={[{ required: true }]}
      >
        <Input.TextArea ref={bodyRef} autoSize={{ minRows: 5, maxRows: 14 }} maxLength={20_000} />
      </Form.Item>
      <VariableChips onChoose={putIn} />
      <Preview />
    </FormDrawer>
  );
}

/** The message as it would arrive. */
function Preview() {
  const subject = Form.useWatch<string | undefined>('subject') ?? '';
  const body = Form.useWatch<string | undefined>('body') ?? '';
  return <MessagePreview subject={subject} body={body} />;
}
