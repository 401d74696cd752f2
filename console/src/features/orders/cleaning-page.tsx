import {
  previewCleaning,
  publishCleaning,
  readCleaning,
  rollBackCleaning,
  saveCleaning,
} from '@shuke/server/contracts/orders';
import { Alert, Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '../../i18n/index.ts';
import type { Reply } from '../../lib/api.ts';
import { useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { When, orDash } from '../../ui/formatted.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { Label } from '../../ui/status-tag.tsx';
import { rowsAtHand } from '../../ui/table-rows.ts';
import { CleaningRehearsal } from './cleaning-rehearsal.tsx';
import { CleaningRulesForm } from './cleaning-rules-form.tsx';
import type { Rules } from './cleaning-rules-form.tsx';

import styles from './cleaning-page.module.css';

type Cleaning = Reply<typeof readCleaning>;

/** Which orders count in analysis: rules, their effect before they are in force, and the way back. */
export function CleaningPage() {
  const { t } = useTranslation('orders');
  const answer = useRead(readCleaning, {});
  if (answer.isPending) return <PageSkeleton />;
  if (answer.data === undefined) return <ErrorState error={answer.error} retry={() => void answer.refetch()} />;
  const cleaning = answer.data;
  return (
    <Page
      title={t('cleaning.title')}
      purpose={t('cleaning.purpose')}
      badges={
        <Label tone="brand">
          {cleaning.version === 0
            ? t('cleaning.standardRules')
            : t('cleaning.versionNo', { version: cleaning.version })}
        </Label>
      }
    >
      {/* A new revision (saved here or by someone else) starts the form again. */}
      <Editor key={`${cleaning.revision} ${cleaning.version}`} cleaning={cleaning} />
      <Versions cleaning={cleaning} />
    </Page>
  );
}

function Editor({ cleaning }: { readonly cleaning: Cleaning }) {
  const { t } = useTranslation('orders');
  const may = useCan('orders.write');
  const [rules, setRules] = useState<Rules>(cleaning.draft ?? cleaning.inForce);
  const rehearsal = useWrite(previewCleaning);
  const isChanged = JSON.stringify(rules) !== JSON.stringify(cleaning.draft ?? cleaning.inForce);
  const differs = JSON.stringify(rules) !== JSON.stringify(cleaning.inForce);
  return (
    <div className={styles['editor']}>
      <Card
        title={t('cleaning.rules')}
        hint={t(differs ? 'cleaning.draftHint' : 'cleaning.inForceHint')}
        extra={
          <div style={{ display: 'flex', gap: 8 }}>
            <Button loading={rehearsal.isPending} onClick={() => rehearsal.mutate({ body: { rules } })}>
              {t('cleaning.rehearse')}
            </Button>
            {may ? <PublishButtons cleaning={cleaning} rules={rules} isChanged={isChanged} differs={differs} /> : null}
          </div>
        }
      >
        <CleaningRulesForm rules={rules} disabled={!may} onChange={setRules} />
      </Card>
      <Card title={t('cleaning.effect')} hint={t('cleaning.effectHint')}>
        {rehearsal.error === null ? null : <Alert type="error" showIcon title={errorText(rehearsal.error)} />}
        {rehearsal.data === undefined ? (
          <EmptyState compact title={t('cleaning.notRehearsed')} hint={t('cleaning.notRehearsedHint')} />
        ) : (
          <CleaningRehearsal effect={rehearsal.data} />
        )}
      </Card>
    </div>
  );
}

interface PublishButtonsProps {
  readonly cleaning: Cleaning;
  readonly rules: Rules;
  readonly isChanged: boolean;
  readonly differs: boolean;
}

function PublishButtons({ cleaning, rules, isChanged, differs }: PublishButtonsProps) {
  const { t } = useTranslation('orders');
  const [note, setNote] = useState('');
  const save = useWrite(saveCleaning, { refreshes: [readCleaning] });
  const publish = useWrite(publishCleaning, { refreshes: [readCleaning] });
  const preview = useWrite(previewCleaning);
  const store = () => save.mutateAsync({ body: { rules, revision: cleaning.revision } });
  return (
    <>
      <Button
        disabled={!isChanged}
        loading={save.isPending}
        onClick={() => save.mutate({ body: { rules, revision: cleaning.revision } })}
      >
        {t('cleaning.saveDraft')}
      </Button>
      <ConfirmAction
        button={{ type: 'primary', disabled: !differs, onMouseEnter: () => preview.mutate({ body: { rules } }) }}
        label={t('cleaning.publish')}
        title={t('cleaning.publish')}
        consequence={
          <>
            <p>{t('cleaning.publishConsequence')}</p>
            {preview.data === undefined ? null : (
              <p>
                {t('cleaning.publishEffect', {
                  excluded: preview.data.newlyExcluded,
                  included: preview.data.newlyIncluded,
                  seen: preview.data.ordersSeen,
                })}
              </p>
            )}
            <Input
              style={{ marginTop: 12 }}
              maxLength={200}
              aria-label={t('cleaning.note')}
              placeholder={t('cleaning.note')}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
          </>
        }
        confirmLabel={t('cleaning.publish')}
        run={async () => {
          if (isChanged) await store();
          await publish.mutateAsync({ body: { note } });
        }}
      />
    </>
  );
}

function Versions({ cleaning }: { readonly cleaning: Cleaning }) {
  const { t } = useTranslation('orders');
  const may = useCan('orders.write');
  const rollBack = useWrite(rollBackCleaning, { refreshes: [readCleaning] });
  type Version = Cleaning['versions'][number];
  return (
    <Card flush title={t('cleaning.versions')} hint={t('cleaning.versionsHint')}>
      <DataTable<Version>
        label={t('cleaning.versions')}
        rowKey={(version) => version.version}
        columns={[
          {
            key: 'version',
            title: t('cleaning.version'),
            render: ({ version }) => t('cleaning.versionNo', { version }),
          },
          { key: 'at', title: t('cleaning.publishedAt'), render: ({ publishedAt }) => <When at={publishedAt} /> },
          { key: 'by', title: t('cleaning.publishedBy'), render: ({ publishedBy }) => publishedBy },
          {
            key: 'note',
            title: t('cleaning.note'),
            render: ({ note, restores }) =>
              orDash(note || (restores === null ? null : t('cleaning.restores', { version: restores }))),
          },
          {
            key: 'act',
            title: '',
            align: 'right',
            render: ({ version }) =>
              version === cleaning.version ? (
                <Label tone="brand">{t('cleaning.inForce')}</Label>
              ) : may ? (
                <ConfirmAction
                  button={{ size: 'small', type: 'text' }}
                  label={t('cleaning.rollBack')}
                  title={t('cleaning.rollBackTitle', { version })}
                  consequence={t('cleaning.rollBackConsequence')}
                  confirmLabel={t('cleaning.rollBack')}
                  run={() => rollBack.mutateAsync({ body: { toVersion: version } })}
                />
              ) : null,
          },
        ]}
        list={rowsAtHand(cleaning.versions)}
        empty={<EmptyState compact title={t('cleaning.noVersions')} hint={t('cleaning.noVersionsHint')} />}
      />
    </Card>
  );
}
