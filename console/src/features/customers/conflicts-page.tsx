import { getCustomer, listConflicts, listCustomers, resolveConflict } from '@shuke/server/contracts/customers';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Reply } from '../../lib/api.ts';
import { useList, useWrite } from '../../lib/query.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Count, When } from '../../ui/formatted.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { useKindText } from './kind-text.ts';

type Conflict = Reply<typeof listConflicts>['items'][number];

/** Evidence that two known customers might be one, which was not believed: a person decides. */
export function ConflictsPage() {
  const { t } = useTranslation('customers');
  const kindText = useKindText();
  const conflicts = useList(listConflicts, {});
  return (
    <Page title={t('conflict.title')} purpose={t('conflict.purpose')}>
      <Card
        flush
        title={
          <>
            {t('conflict.open')} <Count value={conflicts.page?.open} />
          </>
        }
      >
        <DataTable<Conflict>
          label={t('conflict.title')}
          rowKey={(conflict) => conflict.conflictId}
          columns={[
            {
              key: 'one',
              title: t('conflict.one'),
              render: (conflict) => (
                <Link to={`/customers/${conflict.customerId}?tab=identity`}>{conflict.displayName}</Link>
              ),
            },
            {
              key: 'other',
              title: t('conflict.other'),
              render: (conflict) => (
                <Link to={`/customers/${conflict.otherCustomerId}?tab=identity`}>{conflict.otherDisplayName}</Link>
              ),
            },
            {
              key: 'reason',
              title: t('conflict.reason'),
              render: (conflict) => t(`verdicts.${conflict.reason}`),
            },
            {
              key: 'evidence',
              title: t('link.title'),
              render: (conflict) => `${kindText(conflict.kind, '')} – ${kindText(conflict.otherKind, '')}`,
            },
            {
              key: 'period',
              title: t('conflict.seen'),
              render: (conflict) =>
                conflict.firstOn === conflict.lastOn ? conflict.firstOn : `${conflict.firstOn} – ${conflict.lastOn}`,
            },
            {
              key: 'at',
              title: t('conflict.openedAt'),
              render: (conflict) => <When at={conflict.openedAt} shape="relative" />,
            },
            { key: 'act', title: '', align: 'right', render: (conflict) => <Decide conflict={conflict} /> },
          ]}
          list={conflicts}
          empty={<EmptyState title={t('conflict.none')} hint={t('conflict.noneHint')} />}
        />
      </Card>
    </Page>
  );
}

function Decide({ conflict }: { readonly conflict: Conflict }) {
  const { t } = useTranslation('customers');
  const resolve = useWrite(resolveConflict, { refreshes: [listConflicts, getCustomer, listCustomers] });
  const names = { one: conflict.displayName, other: conflict.otherDisplayName };
  return (
    <>
      {(['merge', 'keep_apart'] as const).map((decision) => (
        <ConfirmAction
          key={decision}
          button={{ size: 'small', type: decision === 'merge' ? 'primary' : 'default', style: { marginLeft: 8 } }}
          label={t(`decisions.${decision}`)}
          title={t(`decisionTitles.${decision}`, names)}
          consequence={t(`decisionConsequences.${decision}`)}
          confirmLabel={t(`decisions.${decision}`)}
          reason={{ label: t('merge.reason'), minLength: 4 }}
          run={(reason) =>
            resolve.mutateAsync({ params: { conflictId: conflict.conflictId }, body: { decision, reason } })
          }
        />
      ))}
    </>
  );
}
