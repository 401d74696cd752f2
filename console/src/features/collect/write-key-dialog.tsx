import type { createSource } from '@shuke/server/contracts/collect';
import { Alert, Modal } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Reply } from '../../lib/api.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { InstallSnippet } from './install-snippet.tsx';

export type SourceWithKey = Reply<typeof createSource>;

/** Shows a write key, this once, with what to do with it. */
export function WriteKeyDialog({
  made,
  onClose,
}: {
  readonly made: SourceWithKey | null;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('collect');
  return (
    <Modal
      title={t('writeKey.title')}
      width={680}
      open={made !== null}
      onCancel={onClose}
      onOk={onClose}
      okText={t('writeKey.kept')}
      cancelButtonProps={{ hidden: true }}
    >
      {made === null ? null : (
        <div style={{ display: 'grid', gap: 16 }}>
          <Alert type="warning" showIcon title={t('writeKey.once')} />
          <CopyText text={made.writeKey} />
          <InstallSnippet kind={made.source.kind} writeKey={made.writeKey} />
        </div>
      )}
    </Modal>
  );
}
