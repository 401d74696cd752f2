import {
  createProgramme,
  listProgrammes,
  publishProgramme,
  rehearseProgramme,
  saveProgramme,
} from '@shuke/server/contracts/loyalty';
import { Alert, Button, Input, Select, Tabs } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '../../i18n/index.ts';
import { useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { Label } from '../../ui/status-tag.tsx';
import { BenefitsEditor } from './benefits-editor.tsx';
import { PointsRulesForm } from './points-rules-form.tsx';
import { Rehearsal } from './rehearsal.tsx';
import { TiersEditor } from './tiers-editor.tsx';
import { useProgramme } from './use-programme.ts';
import type { Content, Programme } from './use-programme.ts';

import styles from './loyalty.module.css';

/** The rules of membership: tiers, benefits, points; rehearsed before they are in force. */
export function ProgrammePage() {
  const { t } = useTranslation('loyalty');
  const mayWrite = useCan('loyalty.write');
  const { answer, programmes, programme, choose } = useProgramme();
  const create = useWrite(createProgramme, {
    refreshes: [listProgrammes],
    onDone: ({ programmeId }) => choose(programmeId),
  });
  if (answer.isPending) return <PageSkeleton />;
  if (answer.data === undefined) return <ErrorState error={answer.error} retry={() => void answer.refetch()} />;
  if (programme === null) {
    return (
      <Page title={t('programme.title')} purpose={t('programme.purpose')}>
        <EmptyState
          title={t('programme.none')}
          hint={t('programme.noneHint')}
          action={
            mayWrite ? (
              <Button
                type="primary"
                loading={create.isPending}
                onClick={() => create.mutate({ body: { name: t('programme.firstName') } })}
              >
                {t('programme.create')}
              </Button>
            ) : undefined
          }
        />
      </Page>
    );
  }
  return (
    <Editor
      key={`${programme.programmeId} ${programme.revision} ${programme.publishedVersion}`}
      programme={programme}
      programmes={programmes}
      choose={choose}
    />
  );
}

interface EditorProps {
  readonly programme: Programme;
  readonly programmes: readonly Programme[];
  readonly choose: (programmeId: string) => void;
}

function Editor({ programme, programmes, choose }: EditorProps) {
  const { t } = useTranslation('loyalty');
  const mayWrite = useCan('loyalty.write');
  const stored = programme.draft ?? programme.published;
  const [content, setContent] = useState<Content | null>(stored);
  const rehearse = useWrite(rehearseProgramme);
  const isChanged = JSON.stringify(content) !== JSON.stringify(stored);
  if (content === null) return <EmptyState title={t('programme.none')} hint={t('programme.noneHint')} />;
  const disabled = !mayWrite;
  return (
    <Page
      title={programme.name}
      purpose={t('programme.purpose')}
      badges={
        <Label tone={programme.publishedVersion === null ? 'warn' : 'brand'}>
          {programme.publishedVersion === null
            ? t('programme.notPublished')
            : t('programme.version', { version: programme.publishedVersion })}
        </Label>
      }
      actions={
        <>
          {programmes.length > 1 ? (
            <Select
              aria-label={t('programme.title')}
              style={{ minWidth: 160 }}
              value={programme.programmeId}
              options={programmes.map(({ programmeId, name }) => ({ value: programmeId, label: name }))}
              onChange={choose}
            />
          ) : null}
          <Button
            loading={rehearse.isPending}
            onClick={() => rehearse.mutate({ params: { programmeId: programme.programmeId }, body: { content } })}
          >
            {t('programme.rehearse')}
          </Button>
          {mayWrite ? <SaveButtons programme={programme} content={content} isChanged={isChanged} /> : null}
        </>
      }
    >
      {rehearse.error === null ? null : <Alert type="error" showIcon title={errorText(rehearse.error)} />}
      {rehearse.data === undefined ? null : <Rehearsal effect={rehearse.data} tiers={content.tiers} />}
      <Tabs
        items={[
          {
            key: 'tiers',
            label: t('tier.title'),
            children: (
              <Card title={t('tier.title')} hint={t('tier.hint')}>
                <TiersEditor content={content} disabled={disabled} onChange={setContent} />
              </Card>
            ),
          },
          {
            key: 'benefits',
            label: t('benefit.title'),
            children: (
              <Card title={t('benefit.title')} hint={t('benefit.hint')}>
                <BenefitsEditor content={content} disabled={disabled} onChange={setContent} />
              </Card>
            ),
          },
          {
            key: 'points',
            label: t('points.rules'),
            children: (
              <Card title={t('points.rules')} hint={t('points.rulesHint')}>
                <PointsRulesForm content={content} disabled={disabled} onChange={setContent} />
              </Card>
            ),
          },
        ]}
      />
    </Page>
  );
}

interface SaveButtonsProps {
  readonly programme: Programme;
  readonly content: Content;
  readonly isChanged: boolean;
}

function SaveButtons({ programme, content, isChanged }: SaveButtonsProps) {
  const { t } = useTranslation('loyalty');
  const [note, setNote] = useState('');
  const params = { programmeId: programme.programmeId };
  const save = useWrite(saveProgramme, { refreshes: [listProgrammes] });
  const publish = useWrite(publishProgramme, { refreshes: [listProgrammes] });
  const store = () => save.mutateAsync({ params, body: { content, revision: programme.revision } });
  return (
    <>
      <Button
        disabled={!isChanged}
        loading={save.isPending}
        onClick={() => save.mutate({ params, body: { content, revision: programme.revision } })}
      >
        {t('programme.saveDraft')}
      </Button>
      {save.error === null ? null : <Alert type="error" showIcon title={errorText(save.error)} />}
      <ConfirmAction
        button={{ type: 'primary', disabled: !isChanged && programme.draft === null }}
        label={t('programme.publish')}
        title={t('programme.publishTitle', { name: programme.name })}
        consequence={
          <>
            <p>{t('programme.publishConsequence')}</p>
            <Input
              className={styles['note'] ?? ''}
              maxLength={200}
              aria-label={t('programme.note')}
              placeholder={t('programme.note')}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
          </>
        }
        confirmLabel={t('programme.publish')}
        run={async () => {
          if (isChanged) await store();
          await publish.mutateAsync({ params, body: { note } });
        }}
      />
    </>
  );
}
