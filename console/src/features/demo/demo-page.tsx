import { readDemo, removeDemoData } from '@shuke/server/contracts/demo';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, Spin } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '../../i18n/index.ts';
import { ApiError } from '../../lib/api-error.ts';
import type { Reply } from '../../lib/api.ts';
import { useRead, useWrite } from '../../lib/query.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { Count, When } from '../../ui/formatted.tsx';
import { Card, Facts, Page } from '../../ui/page.tsx';
import { EmptyState, ErrorState, PageSkeleton } from '../../ui/states.tsx';

type Demo = NonNullable<Reply<typeof readDemo>['demo']>;

const isRemoving = ({ removalRequestedAt, removalError }: Demo) => removalRequestedAt !== null && removalError === null;

/** Whether the company holds made-up data, and removing all of it at once. */
export function DemoPage() {
  const { t } = useTranslation('demo');
  const { data, error, refetch } = useRead(
    readDemo,
    {},
    { refetchEveryMs: 1_000, refetchWhile: ({ demo }) => demo !== null && isRemoving(demo), staleMs: 0 },
  );
  const client = useQueryClient();
  const isRunning = Boolean(data?.demo && isRemoving(data.demo));
  const wasRunning = useRef(false);
  useEffect(() => {
    // Everything any page remembers has gone.
    if (wasRunning.current && data?.demo === null) void client.resetQueries();
    wasRunning.current = isRunning;
  }, [client, data, isRunning]);
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data) return <PageSkeleton />;
  return (
    <Page title={t('title')} purpose={t('purpose')}>
      {data.demo === null ? (
        <EmptyState title={t('none')} hint={t('noneHint')} />
      ) : (
        <Card title={t('present')} hint={t('presentHint')}>
          <DemoFacts demo={data.demo} />
        </Card>
      )}
    </Page>
  );
}

function DemoFacts({ demo }: { readonly demo: Demo }) {
  const { t } = useTranslation('demo');
  const { own } = demo;
  return (
    <div style={{ display: 'grid', gap: 16, justifyItems: 'start' }}>
      <Facts
        items={[
          [t('people'), <Count key="people" value={demo.customers} />],
          [t('months'), <Count key="months" value={demo.months} />],
          [t('filledAt'), demo.filledAt === null ? t('unfinished') : <When key="at" at={demo.filledAt} />],
        ]}
      />
      {own.orders + own.events + own.customers === 0 ? null : (
        <Alert type="warning" showIcon title={t('own', { ...own })} />
      )}
      {demo.removalError === null ? null : (
        <Alert
          type="error"
          showIcon
          title={t('failed', {
            why: errorText(new ApiError({ status: 500, code: demo.removalError, message: demo.removalError })),
          })}
        />
      )}
      {isRemoving(demo) ? (
        <div role="status" style={{ display: 'flex', gap: 12, alignItems: 'center' }}>
          <Spin size="small" />
          <span>
            {demo.removalStep === '' || demo.removalStep === 'log'
              ? t('waiting')
              : t('removing', { step: demo.removalStep })}
          </span>
        </div>
      ) : (
        <RemoveButton demo={demo} />
      )}
    </div>
  );
}

function RemoveButton({ demo: { customers, own } }: { readonly demo: Demo }) {
  const { t } = useTranslation('demo');
  const remove = useWrite(removeDemoData, { refreshes: [readDemo] });
  const withOwnData = own.orders + own.events + own.customers > 0;
  return (
    <ConfirmAction
      danger
      label={t('remove')}
      title={t('removeTitle')}
      consequence={
        <>
          <p>{t('consequence', { customers })}</p>
          {withOwnData ? <p>{t('consequenceOwn', { ...own })}</p> : null}
          <p>{t('stays')}</p>
        </>
      }
      confirmLabel={t('removeConfirm')}
      {...(withOwnData ? { typed: t('word') } : {})}
      run={() => remove.mutateAsync({ body: { withOwnData } })}
    />
  );
}
