import { previewMessage } from '@shuke/server/contracts/journeys';
import { fillIn, variablesIn } from '@shuke/server/contracts/messaging';
import { Alert } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '../../i18n/index.ts';
import { useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { useSettled } from '../../lib/settled.ts';
import { CustomerPicker } from '../customers/customer-picker.tsx';
import type { PickedCustomer } from '../customers/customer-picker.tsx';
import { isVariable } from './variable-chips.tsx';

import styles from './messaging.module.css';

interface MessagePreviewProps {
  readonly subject: string;
  readonly body: string;
  /** The coupon a journey gives before the message. */
  readonly couponTemplateId?: string | undefined;
}

/** The message as it arrives: with the names of its variables, or as one customer would read it. */
export function MessagePreview({ subject, body, couponTemplateId }: MessagePreviewProps) {
  const { t } = useTranslation('messaging');
  const mayTry = useCan('journeys.read');
  const [reader, setReader] = useState<readonly PickedCustomer[]>([]);
  const customerId = reader[0]?.customerId;
  const names = variablesIn(subject, body);
  const unknown = names.filter((name) => !isVariable(name));
  const shown = Object.fromEntries(
    names.map((name) => [name, isVariable(name) ? `〔${t(`variables.names.${name}`)}〕` : '']),
  );
  return (
    <section className={styles['preview']} aria-label={t('preview.title')}>
      <h3>{t('preview.title')}</h3>
      {unknown.length === 0 ? null : (
        <Alert
          type="warning"
          showIcon
          title={t('variables.unknown', { names: unknown.map((name) => `{{${name}}}`).join(' ') })}
        />
      )}
      {mayTry && names.length > 0 ? (
        <CustomerPicker value={reader} most={1} label={t('preview.asCustomer')} onChange={setReader} />
      ) : null}
      {customerId === undefined || body === '' ? (
        <Bubble subject={fillIn(subject, shown)} body={fillIn(body, shown)} />
      ) : (
        <AsCustomer subject={subject} body={body} customerId={customerId} couponTemplateId={couponTemplateId} />
      )}
    </section>
  );
}

function AsCustomer({
  subject,
  body,
  couponTemplateId,
  customerId,
}: MessagePreviewProps & { readonly customerId: number }) {
  const { t } = useTranslation('messaging');
  const text = { subject: useSettled(subject), body: useSettled(body) };
  const answer = useRead(
    previewMessage,
    { body: { ...text, couponTemplateId, customerId } },
    { keepPrevious: true, staleMs: 60_000 },
  );
  if (answer.isError) return <Alert type="error" showIcon title={errorText(answer.error)} />;
  const missing = (answer.data?.missing ?? []).filter(isVariable);
  return (
    <>
      <Bubble subject={answer.data?.subject ?? ''} body={answer.data?.body ?? ''} />
      {missing.length === 0 ? null : (
        <p className={styles['missing']}>
          {t('preview.missing', {
            names: missing.map((name) => t(`variables.names.${name}`)).join(t('variables.comma')),
          })}
        </p>
      )}
    </>
  );
}

function Bubble({ subject, body }: { readonly subject: string; readonly body: string }) {
  const { t } = useTranslation('messaging');
  return (
    <article className={styles['message']}>
      <strong>{subject || t('preview.noSubject')}</strong>
      <p>{body || t('preview.noBody')}</p>
    </article>
  );
}
