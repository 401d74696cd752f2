import { getCustomer, listCustomers, listLinks, undoMerge } from '@shuke/server/contracts/customers';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Reply } from '../../lib/api.ts';
import type { useRead } from '../../lib/query.ts';
import { useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { When } from '../../ui/formatted.tsx';
import { Card } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { Label } from '../../ui/status-tag.tsx';
import { rowsOf } from '../../ui/table-rows.ts';

type Change = Reply<typeof listLinks>['history'][number];

/** Every merge and split of this person, and taking one back. */
export function IdentityHistory({ links }: { readonly links: ReturnType<typeof useRead<typeof listLinks>> }) {
  const { t } = useTranslation('customers');
  const may = useCan('customers.merge');
  const undo = useWrite(undoMerge, { refreshes: [listLinks, getCustomer, listCustomers] });
  return (
    <Card flush title={t('history.title')} hint={t('history.hint')}>
      <DataTable<Change>
        label={t('history.title')}
        rowKey={(change) => change.mergeId}
        columns={[
          { key: 'at', title: t('history.at'), render: (change) => <When at={change.happenedAt} /> },
          {
            key: 'kind',
            title: t('history.kind'),
            render: (change) => (
              <Label tone={change.kind === 'merge' ? 'brand' : 'warn'}>{t(`changeKinds.${change.kind}`)}</Label>
            ),
          },
          {
            key: 'from',
            title: t('history.from'),
            render: (change) => <Link to={`/customers/${change.fromId}`}>{change.fromId}</Link>,
          },
          {
            key: 'to',
            title: t('history.to'),
            render: (change) => <Link to={`/customers/${change.toId}`}>{change.toId}</Link>,
          },
          {
            key: 'cause',
            title: t('link.causes'),
            render: (change) => t(`causes.${change.cause}`, { defaultValue: change.cause }),
          },
          {
            key: 'act',
            title: '',
            align: 'right',
            render: (change) =>
              change.undoneAt !== null ? (
                <Label>{t('history.undone')}</Label>
              ) : may ? (
                <ConfirmAction
                  button={{ type: 'text', size: 'small' }}
                  label={t('history.undo')}
                  title={t('history.undo')}
                  consequence={t(`undoConsequences.${change.kind}`)}
                  confirmLabel={t('history.undo')}
                  reason={{ label: t('merge.reason'), minLength: 4 }}
                  run={(reason) => undo.mutateAsync({ params: { mergeId: change.mergeId }, body: { reason } })}
                />
              ) : null,
          },
        ]}
        list={rowsOf(links, ({ history }) => history)}
        empty={<EmptyState compact title={t('history.none')} />}
      />
    </Card>
  );
}
