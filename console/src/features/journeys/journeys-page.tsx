import { PlusOutlined } from '@ant-design/icons';
import { createJourney, listJourneys } from '@shuke/server/contracts/journeys';
import { Button, Form, Input, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Reply } from '../../lib/api.ts';
import { useList, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { useUrlState } from '../../lib/url-state.ts';
import type { Column } from '../../ui/data-table.tsx';
import { useFilters } from '../../ui/filters.ts';
import type { Filter } from '../../ui/filters.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Count, When, orDash } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { useJourneyChoices } from './journey-choices.ts';
import { journeyFrom, templateNames } from './templates.ts';
import type { TemplateName } from './templates.ts';

import styles from './journeys.module.css';

type JourneyRow = Reply<typeof listJourneys>['items'][number];

/** All journeys with how many are in them. */
export function JourneysPage() {
  const { t } = useTranslation('journeys');
  const mayWrite = useCan('journeys.write');
  const [search, change] = useUrlState();
  const filters: Filter[] = [
    {
      kind: 'choice',
      key: 'status',
      label: t('journey.status'),
      options: (['active', 'paused', 'draft', 'archived'] as const).map((value) => ({
        value,
        label: t(`statuses.${value}`),
      })),
    },
  ];
  const filterState = useFilters(filters);
  const answer = useList(listJourneys, {}, { refetchEveryMs: 15_000 });
  const wanted = filterState.values['status'];
  const rows = answer.rows.filter((journey) => wanted === undefined || stateOf(journey) === wanted);
  const sum = (pick: (journey: JourneyRow) => number) =>
    answer.rows.reduce((total, journey) => total + pick(journey), 0);
  const create = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => change({ new: '1' })}>
      {t('list.create')}
    </Button>
  );
  return (
    <>
      <ListPage<JourneyRow>
        name="journeys"
        title={t('list.title')}
        purpose={t('list.purpose')}
        actions={mayWrite ? create : undefined}
        figures={[
          {
            label: t('list.running'),
            value: <Count value={answer.rows.filter((journey) => stateOf(journey) === 'active').length} />,
          },
          { label: t('journey.entered'), value: <Count compact value={sum(({ entered }) => entered)} /> },
          { label: t('journey.active'), value: <Count compact value={sum(({ active }) => active)} /> },
          { label: t('journey.ended'), value: <Count compact value={sum(({ ended }) => ended)} /> },
        ]}
        filters={filters}
        filterState={filterState}
        columns={useJourneyColumns()}
        list={{ ...answer, rows }}
        rowKey={(journey) => journey.journeyId}
        rowPath={(journey) => `/journeys/${journey.journeyId}`}
        empty={{ title: t('list.empty'), hint: t('list.emptyHint'), action: mayWrite ? create : undefined }}
      />
      <NewJourney open={search.get('new') === '1'} onClose={() => change({ new: null })} />
    </>
  );
}

type JourneyState = JourneyRow['status'] | 'draft';

function stateOf(journey: Pick<JourneyRow, 'status' | 'publishedVersion'>): JourneyState {
  return journey.status === 'active' && journey.publishedVersion === null ? 'draft' : journey.status;
}

const tones = { active: 'good', paused: 'warn', draft: 'info', archived: 'neutral' } as const;

/** Whether a journey runs. */
export function JourneyStatus({ journey }: { readonly journey: Pick<JourneyRow, 'status' | 'publishedVersion'> }) {
  const { t } = useTranslation('journeys');
  const state = stateOf(journey);
  return <StatusTag tone={tones[state]}>{t(`statuses.${state}`)}</StatusTag>;
}

function useJourneyColumns(): Column<JourneyRow>[] {
  const { t } = useTranslation('journeys');
  return [
    {
      key: 'name',
      title: t('journey.name'),
      render: (journey) => <Link to={`/journeys/${journey.journeyId}`}>{journey.name}</Link>,
    },
    { key: 'status', title: t('journey.status'), render: (journey) => <JourneyStatus journey={journey} /> },
    {
      key: 'entered',
      title: t('journey.entered'),
      align: 'right',
      render: (journey) => <Count value={journey.entered} />,
    },
    {
      key: 'active',
      title: t('journey.active'),
      align: 'right',
      render: (journey) => <Count value={journey.active} />,
    },
    { key: 'ended', title: t('journey.ended'), align: 'right', render: (journey) => <Count value={journey.ended} /> },
    {
      key: 'version',
      title: t('journey.version'),
      render: (journey) =>
        orDash(
          journey.publishedVersion === null ? null : (
            <>
              {t('journey.versionNo', { version: journey.publishedVersion })}{' '}
              {journey.hasDraft ? <StatusTag tone="info">{t('journey.changed')}</StatusTag> : null}
            </>
          ),
        ),
    },
    { key: 'published', title: t('journey.publishedAt'), render: (journey) => <When at={journey.publishedAt} /> },
    {
      key: 'updated',
      title: t('journey.updatedAt'),
      render: (journey) => <When at={journey.updatedAt} shape="relative" />,
      optional: true,
    },
  ];
}

interface NewJourneyValues {
  readonly name: string;
  readonly template: TemplateName;
}

function NewJourney({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation('journeys');
  const { messages } = useJourneyChoices();
  const create = useWrite(createJourney, { refreshes: [listJourneys] });
  return (
    <FormDrawer<NewJourneyValues>
      title={t('list.create')}
      open={open}
      onClose={onClose}
      submitLabel={t('list.start')}
      initial={{ template: 'cart' }}
      submit={async ({ name, template }) => {
        const { journeyId } = await create.mutateAsync({
          body: { name, content: journeyFrom(template, messages[0]?.value) },
        });
        return { leaveFor: `/journeys/${journeyId}` };
      }}
    >
      <Form.Item name="name" label={t('journey.name')} rules={[{ required: true }]}>
        <Input maxLength={120} placeholder={t('journey.namePlaceholder')} />
      </Form.Item>
      <Form.Item name="template" label={t('list.template')}>
        <Radio.Group className={styles['templates'] ?? ''}>
          {templateNames.map((name) => (
            <Radio key={name} value={name}>
              <strong>{t(`templates.${name}.name`)}</strong>
              <span className={styles['hint']}>{t(`templates.${name}.hint`)}</span>
            </Radio>
          ))}
        </Radio.Group>
      </Form.Item>
    </FormDrawer>
  );
}
