import { Alert, Modal } from 'antd';
import { useTranslation } from 'react-i18next';

import { CopyText } from '../../ui/copy-text.tsx';

/** Shows an invitation link, this once; the secret stands after # so that no server writes it into a log. */
export function InvitationLink({
  invitation,
  onClose,
}: {
  readonly invitation: string | null;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('org');
  return (
    <Modal
      title={t('invitation.title')}
      open={invitation !== null}
      onCancel={onClose}
      onOk={onClose}
      okText={t('invitation.done')}
      cancelButtonProps={{ hidden: true }}
    >
      <p style={{ marginBottom: 12 }}>{t('invitation.explain')}</p>
      <CopyText text={`${window.location.origin}/console/invitation#${invitation ?? ''}`} />
      <Alert style={{ marginTop: 16 }} type="warning" showIcon title={t('invitation.once')} />
    </Modal>
  );
}
