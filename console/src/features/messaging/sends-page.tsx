import { SettingOutlined } from '@ant-design/icons';
import { listSends } from '@shuke/server/contracts/messaging';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Reply } from '../../lib/api.ts';
import { useList } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { CustomerLink } from '../../ui/customer-link.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { useFilters } from '../../ui/filters.ts';
import type { Filter } from '../../ui/filters.ts';
import { Count, Percent, When, orDash } from '../../ui/formatted.tsx';
import { ListPage } from '../../ui/list-page.tsx';
import { Label, StatusTag } from '../../ui/status-tag.tsx';
import type { Tone } from '../../ui/status-tag.tsx';
import { SettingsForm } from './settings-form.tsx';

type Send = Reply<typeof listSends>['items'][number];

const stateTone: Readonly<Record<Send['state'], Tone>> = {
  reserved: 'info',
  sending: 'info',
  sent: 'good',
  failed: 'bad',
  suppressed: 'warn',
  unknown: 'warn',
};
const channels = ['inbox', 'email', 'log'] as const;

/** What customers were sent, and what was held back and why. */
export function SendsPage() {
  const { t } = useTranslation('messaging');
  const may = useCan('messaging.write');
  const [editing, setEditing] = useState(false);
  const filters: Filter[] = [
    {
      kind: 'choice',
      key: 'state',
      label: t('send.state'),
      options: (Object.keys(stateTone) as Send['state'][]).map((value) => ({ value, label: t(`states.${value}`) })),
    },
    {
      kind: 'choice',
      key: 'channel',
      label: t('template.channel'),
      options: channels.map((value) => ({ value, label: t(`channels.${value}`) })),
    },
    { kind: 'hidden', key: 'customerId', label: t('send.ofCustomer') },
  ];
  const filterState = useFilters(filters);
  const { state, channel, customerId } = filterState.values;
  const list = useList(
    listSends,
    {
      query: {
        state: state as Send['state'] | undefined,
        channel: channel as Send['channel'] | undefined,
        customerId,
        limit: 50,
      },
    },
    { refetchEveryMs: 30_000 },
  );
  const figures = list.page?.figures;
  return (
    <>
      <ListPage<Send>
        name="sends"
        title={t('sends.title')}
        purpose={t('sends.purpose')}
        actions={
          <Button icon={<SettingOutlined />} onClick={() => setEditing(true)}>
            {t('settings.title')}
          </Button>
        }
        figures={[
          { label: t('states.sent'), value: <Count compact value={figures?.sent} /> },
          {
            label: t('send.opened'),
            value: <Count compact value={figures?.opened} />,
            note: (
              <Percent ratio={figures === undefined || figures.sent === 0 ? null : figures.opened / figures.sent} />
            ),
          },
          {
            label: t('states.suppressed'),
            value: <Count compact value={figures?.suppressed} />,
            explanation: t('sends.suppressedExplain'),
          },
          { label: t('states.failed'), value: <Count compact value={figures?.failed} /> },
        ]}
        filters={filters}
        filterState={filterState}
        columns={useSendColumns()}
        list={list}
        rowKey={(send) => send.sendId}
        empty={{ title: t('sends.empty'), hint: t('sends.emptyHint') }}
      />
      {editing ? <SettingsForm disabled={!may} onClose={() => setEditing(false)} /> : null}
    </>
  );
}

function useSendColumns(): Column<Send>[] {
  const { t } = useTranslation('messaging');
  return [
    {
      key: 'customer',
      title: t('send.customer'),
      render: (send) => <CustomerLink customerId={send.customerId} name={send.displayName} />,
    },
    { key: 'template', title: t('template.name'), render: (send) => orDash(send.templateName) },
    {
      key: 'channel',
      title: t('template.channel'),
      render: (send) => (
        <>
          {t(`channels.${send.channel}`)} <Label>{t(`classes.${send.touchClass}`)}</Label>
        </>
      ),
    },
    {
      key: 'state',
      title: t('send.state'),
      render: (send) => <StatusTag tone={stateTone[send.state]}>{t(`states.${send.state}`)}</StatusTag>,
    },
    {
      key: 'reason',
      title: t('send.reason'),
      render: (send) =>
        orDash(send.reason === null ? null : t(`reasons.${send.reason}`, { defaultValue: send.reason })),
    },
    {
      key: 'journey',
      title: t('send.journey'),
      render: (send) =>
        orDash(
          send.journeyId === null ? null : <Link to={`/journeys/${send.journeyId}`}>{t('send.openJourney')}</Link>,
        ),
    },
    { key: 'created', title: t('send.createdAt'), render: (send) => <When at={send.createdAt} /> },
    { key: 'sent', title: t('send.sentAt'), render: (send) => <When at={send.sentAt} /> },
    { key: 'opened', title: t('send.openedAt'), render: (send) => <When at={send.openedAt} /> },
  ];
}
