import { readShopSettings, saveShopSettings } from '@shuke/server/contracts/mall';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '../../i18n/index.ts';
import { ApiError } from '../../lib/api-error.ts';
import { useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { Card, Page } from '../../ui/page.tsx';
import { ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { HomeBlocks } from './home-blocks.tsx';
import { PhonePreview } from './phone-preview.tsx';
import { blockProblem, changedFields, rebase } from './settings-changes.ts';
import type { SavedSettings, Settings } from './settings-changes.ts';
import { RuleFields, ServiceFields, ThemeFields } from './settings-fields.tsx';

import styles from './shop.module.css';

/** How the mall looks and what it promises: theme, home, freight, times, service. */
export function SettingsPage() {
  const answer = useRead(readShopSettings, {});
  if (answer.isPending) return <PageSkeleton />;
  if (answer.data === undefined) return <ErrorState error={answer.error} retry={() => void answer.refetch()} />;
  return <Editor latest={answer.data} reload={() => void answer.refetch()} />;
}

interface EditorProps {
  /** What the server has, as far as is known here. */
  readonly latest: SavedSettings;
  readonly reload: () => void;
}

function Editor({ latest, reload }: EditorProps) {
  const { t } = useTranslation('shop');
  const may = useCan('mall.write');
  const [base, setBase] = useState(latest);
  const [draft, setDraft] = useState(latest.settings);
  const [loads, setLoads] = useState(0);
  const [saved, setSaved] = useState(false);
  const changed = changedFields(base.settings, draft);
  const isBehind = latest.revision > base.revision;
  const load = (settings: Settings) => {
    setBase(latest);
    setDraft(settings);
    setLoads(loads + 1);
  };
  const save = useWrite(saveShopSettings, {
    refreshes: [readShopSettings],
    onDone: (reply) => {
      setBase(reply);
      setSaved(true);
    },
  });
  const edit = (part: Partial<Settings>) => {
    setDraft({ ...draft, ...part });
    setSaved(false);
  };
  const store = () =>
    void save.mutateAsync({ body: { settings: draft, revision: base.revision } }).catch((error: unknown) => {
      if (isEditedMeanwhile(error)) reload();
    });
  // Nothing was typed: what somebody else saved can simply be shown.
  if (isBehind && changed.length === 0) load(latest.settings);
  const isStopped = draft.blocks.some((block) => blockProblem(block) !== null);
  // A save that came too late is told below, with what to do about it.
  const refusal = isEditedMeanwhile(save.error) ? null : save.error;
  return (
    <Page
      title={t('settings.title')}
      purpose={t('settings.purpose')}
      actions={
        may ? (
          <>
            <Button disabled={changed.length === 0} onClick={() => load(latest.settings)}>
              {t('settings.discard')}
            </Button>
            <Button
              type="primary"
              disabled={changed.length === 0 || isStopped || isBehind}
              loading={save.isPending}
              onClick={store}
            >
              {t('save')}
            </Button>
          </>
        ) : undefined
      }
    >
      {may ? null : <Alert type="info" showIcon title={t('settings.readOnly')} />}
      {refusal === null ? null : <Alert type="error" showIcon title={errorText(refusal)} />}
      {isBehind && changed.length > 0 ? (
        <Meanwhile
          mine={changed}
          theirs={changedFields(base.settings, latest.settings)}
          onMerge={() => load(rebase(base.settings, draft, latest.settings))}
          onTake={() => load(latest.settings)}
        />
      ) : null}
      {saved && changed.length === 0 ? <Alert type="success" showIcon title={t('settings.saved')} /> : null}
      <div className={styles['layout']}>
        <div className={styles['column']}>
          <Card title={t('settings.theme')} hint={t('settings.themeHint')}>
            <ThemeFields theme={draft.theme} disabled={!may} onChange={(theme) => edit({ theme })} />
          </Card>
          <Card title={t('settings.home')} hint={t('settings.homeHint')}>
            <HomeBlocks key={loads} blocks={draft.blocks} disabled={!may} onChange={(blocks) => edit({ blocks })} />
          </Card>
          <Card title={t('settings.rules')} hint={t('settings.rulesHint')}>
            <RuleFields settings={draft} disabled={!may} onChange={edit} />
          </Card>
          <Card title={t('settings.service')} hint={t('settings.serviceHint')}>
            <ServiceFields service={draft.service} disabled={!may} onChange={(service) => edit({ service })} />
          </Card>
        </div>
        <PhonePreview settings={draft} />
      </div>
    </Page>
  );
}

function isEditedMeanwhile(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'edited_meanwhile';
}

interface MeanwhileProps {
  readonly mine: readonly string[];
  readonly theirs: readonly string[];
  readonly onMerge: () => void;
  readonly onTake: () => void;
}

/** Somebody else saved while this was edited: what each changed, and two ways on. */
function Meanwhile({ mine, theirs, onMerge, onTake }: MeanwhileProps) {
  const { t } = useTranslation('shop');
  const words = (fields: readonly string[]) => fields.map((field) => t(`fields.${field}`)).join(t('fields.separator'));
  const both = mine.filter((field) => theirs.includes(field));
  return (
    <Alert
      type="warning"
      showIcon
      title={t('meanwhile.title')}
      description={
        <div className={styles['meanwhile']}>
          <span>{t('meanwhile.theirs', { fields: theirs.length === 0 ? t('meanwhile.nothing') : words(theirs) })}</span>
          <span>{t('meanwhile.mine', { fields: words(mine) })}</span>
          {both.length === 0 ? null : <strong>{t('meanwhile.both', { fields: words(both) })}</strong>}
          <span className={styles['buttons']}>
            <Button type="primary" onClick={onMerge}>
              {t('meanwhile.merge')}
            </Button>
            <Button onClick={onTake}>{t('meanwhile.take')}</Button>
          </span>
        </div>
      }
    />
  );
}
