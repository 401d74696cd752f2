import { countSegment, getSegment, listSegments, publishSegment, saveSegment } from '@shuke/server/contracts/segments';
import type { Condition } from '@shuke/server/contracts/segments';
import { Alert, Button, Input, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '../../i18n/index.ts';
import type { Reply } from '../../lib/api.ts';
import { useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { Card } from '../../ui/page.tsx';
import { ConditionBuilder } from './condition-builder.tsx';
import { useConditionText } from './condition-text.ts';
import { isComplete, parseCondition } from './condition.ts';
import { LiveCount } from './live-count.tsx';

import styles from './segments.module.css';

export type SegmentDetail = Reply<typeof getSegment>;

const refreshes = [getSegment, listSegments];

/** Name and condition of a segment, by hand or as JSON, with its live size. */
export function SegmentEditor({ segment }: { readonly segment: SegmentDetail }) {
  const { t } = useTranslation('segments');
  const may = useCan('segments.write') && segment.status !== 'archived';
  const text = useConditionText();
  const stored = segment.draft ?? segment.published;
  const [name, setName] = useState(segment.name);
  const [description, setDescription] = useState(stored?.description ?? '');
  const [condition, setCondition] = useState<Condition>(stored?.condition ?? { kind: 'all', conditions: [] });
  const [view, setView] = useState<'builder' | 'json'>('builder');
  const [note, setNote] = useState('');
  const save = useWrite(saveSegment, { refreshes });
  const publish = useWrite(publishSegment, { refreshes });
  const params = { segmentId: segment.segmentId };
  const content = { condition, description };
  const isChanged = name !== segment.name || JSON.stringify(content) !== JSON.stringify(stored);
  const ready = isComplete(condition) && name.trim() !== '';
  const store = () => save.mutateAsync({ params, body: { name, content, revision: segment.revision } });
  const tools = (
    <div className={styles['editorTools']}>
      <Segmented
        value={view}
        options={(['builder', 'json'] as const).map((value) => ({ value, label: t(`editor.${value}`) }))}
        onChange={setView}
      />
      {may ? (
        <>
          <Button
            disabled={!isChanged || !ready}
            loading={save.isPending}
            onClick={() => void store().catch(() => undefined)}
          >
            {t('editor.save')}
          </Button>
          <ConfirmAction
            button={{ type: 'primary', disabled: !ready || (!isChanged && !segment.hasDraft) }}
            label={t('editor.publish')}
            title={t('editor.publishTitle', { name })}
            consequence={
              <>
                <PublishConsequence condition={condition} />
                <p>{text(condition)}</p>
                <Input
                  style={{ marginTop: 12 }}
                  maxLength={200}
                  aria-label={t('editor.note')}
                  placeholder={t('editor.note')}
                  value={note}
                  onChange={(event) => setNote(event.target.value)}
                />
              </>
            }
            confirmLabel={t('editor.publish')}
            run={async () => {
              if (isChanged) await store();
              await publish.mutateAsync({ params, body: { note } });
            }}
          />
        </>
      ) : null}
    </div>
  );
  return (
    <div className={styles['editor']}>
      <Card title={t('editor.title')} hint={t('editor.hint')} extra={tools}>
        {save.error === null ? null : (
          <Alert className={styles['alert'] ?? ''} type="error" showIcon title={errorText(save.error)} />
        )}
        <div className={styles['naming']}>
          <Input
            aria-label={t('segment.name')}
            disabled={!may}
            maxLength={120}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <Input
            aria-label={t('segment.description')}
            placeholder={t('segment.description')}
            disabled={!may}
            maxLength={500}
            value={description}
            onChange={(event) => setDescription(event.target.value)}
          />
        </div>
        {view === 'builder' ? (
          <ConditionBuilder condition={condition} disabled={!may} onChange={setCondition} />
        ) : (
          <JsonView condition={condition} disabled={!may} onChange={setCondition} />
        )}
      </Card>
      <LiveCount condition={condition} />
    </div>
  );
}

/** How many people publishing puts into the segment. */
function PublishConsequence({ condition }: { readonly condition: Condition }) {
  const { t } = useTranslation('segments');
  const count = useRead(countSegment, { body: { condition } }, { staleMs: 30_000 });
  return (
    <p>
      {count.data === undefined
        ? t('editor.publishConsequence')
        : t('editor.publishPeople', { count: count.data.customers })}
    </p>
  );
}

interface JsonViewProps {
  readonly condition: Condition;
  readonly disabled: boolean;
  readonly onChange: (condition: Condition) => void;
}

/** The same condition as JSON; what is typed counts as soon as it is a condition. */
function JsonView({ condition, disabled, onChange }: JsonViewProps) {
  const { t } = useTranslation('segments');
  const [text, setText] = useState(() => JSON.stringify(condition, null, 2));
  const wrong = parseCondition(text) === null;
  return (
    <>
      <Input.TextArea
        className="mono"
        aria-label={t('editor.json')}
        disabled={disabled}
        spellCheck={false}
        autoSize={{ minRows: 14, maxRows: 30 }}
        status={wrong ? 'error' : ''}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          const parsed = parseCondition(event.target.value);
          if (parsed !== null) onChange(parsed);
        }}
      />
      {wrong ? <p className={styles['incomplete']}>{t('editor.jsonWrong')}</p> : null}
    </>
  );
}
