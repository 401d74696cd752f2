import { changeSource, createSource, listSources } from '@shuke/server/contracts/collect';
import { Form, Input, InputNumber, Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';

import { useWrite } from '../../lib/query.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import type { Source } from './sources-page.tsx';
import type { SourceWithKey } from './write-key-dialog.tsx';

type SourceValues = Pick<Source, 'name' | 'kind' | 'allowedOrigins' | 'eventsPerS' | 'trusted'>;

interface SourceFormProps {
  readonly open: boolean;
  readonly source: Source | null;
  readonly onClose: () => void;
  readonly onCreated?: (made: SourceWithKey) => void;
}

const kinds = ['browser', 'mini_program', 'app', 'server', 'device'] as const;

/** Adds a source of events, or changes its limits. */
export function SourceForm({ open, source, onClose, onCreated }: SourceFormProps) {
  const { t } = useTranslation('collect');
  const create = useWrite(createSource, { refreshes: [listSources], ...(onCreated ? { onDone: onCreated } : {}) });
  const change = useWrite(changeSource, { refreshes: [listSources] });
  const [form] = Form.useForm<SourceValues>();
  const kind = Form.useWatch('kind', form);
  const submit = async ({ kind: newKind, ...terms }: SourceValues) => {
    if (source === null) await create.mutateAsync({ body: { kind: newKind, ...terms } });
    else await change.mutateAsync({ params: { sourceId: source.sourceId }, body: terms });
  };
  return (
    <FormDrawer<SourceValues>
      title={t(source === null ? 'sources.create' : 'sources.edit')}
      open={open}
      onClose={onClose}
      form={form}
      submit={submit}
      initial={source ?? { kind: 'browser', allowedOrigins: [], eventsPerS: 2_000, trusted: false }}
    >
      <Form.Item name="name" label={t('sources.name')} rules={[{ required: true }]}>
        <Input maxLength={100} placeholder={t('sources.namePlaceholder')} />
      </Form.Item>
      <Form.Item name="kind" label={t('sources.kind')} rules={[{ required: true }]}>
        <Select disabled={source !== null} options={kinds.map((value) => ({ value, label: t(`kinds.${value}`) }))} />
      </Form.Item>
      <Form.Item name="allowedOrigins" label={t('sources.origins')} extra={t('sources.originsHint')}>
        <Select
          mode="tags"
          tokenSeparators={[',', ' ', '\n']}
          open={false}
          suffixIcon={null}
          placeholder="https://shop.example.cn"
        />
      </Form.Item>
      <Form.Item
        name="eventsPerS"
        label={t('sources.limit')}
        extra={t('sources.limitHint')}
        rules={[{ required: true }]}
      >
        <InputNumber min={1} max={1_000_000} style={{ width: 160 }} />
      </Form.Item>
      {kind === 'server' ? (
        <Form.Item name="trusted" label={t('sources.trusted')} extra={t('sources.trustedHint')} valuePropName="checked">
          <Switch />
        </Form.Item>
      ) : null}
    </FormDrawer>
  );
}
