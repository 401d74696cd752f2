import {
  blockIdentifier,
  getCustomer,
  listCustomers,
  listLinks,
  revealIdentifier,
  splitCustomer,
} from '@shuke/server/contracts/customers';
import { Checkbox } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';

import { call } from '../../lib/api.ts';
import { useRead, useWrite } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Card } from '../../ui/page.tsx';
import { Reveal } from '../../ui/reveal.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { Label, StatusTag } from '../../ui/status-tag.tsx';
import { rowsOf, rowsAtHand } from '../../ui/table-rows.ts';
import { AddIdentifier } from './add-identifier.tsx';
import type { Customer } from './customer-page.tsx';
import { IdentityGraph } from './identity-graph.tsx';
import type { Links } from './identity-graph.tsx';
import { IdentityHistory } from './identity-history.tsx';
import { useKindText } from './kind-text.ts';

type Identifier = Customer['identifiers'][number];

const stateTone = { active: 'good', contested: 'warn', shared: 'info', blocked: 'bad' } as const;

/** Why these identifiers are one person: the identifiers, the evidence between them, and parting them. */
export function Identifiers({ customer }: { readonly customer: Customer }) {
  const links = useRead(listLinks, { params: { customerId: customer.customerId } });
  return (
    <>
      <IdentifierTable customer={customer} />
      <IdentityGraph
        customer={customer}
        links={links.data?.links}
        error={links.error}
        retry={() => void links.refetch()}
      />
      <Evidence customer={customer} links={links} />
      <IdentityHistory links={links} />
    </>
  );
}

function IdentifierTable({ customer }: { readonly customer: Customer }) {
  const { t } = useTranslation('customers');
  const maySplit = useCan('customers.merge');
  const kindText = useKindText();
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const toggle = (identifierId: number, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(identifierId);
    else next.delete(identifierId);
    setChosen(next);
  };
  const columns: Column<Identifier>[] = [
    ...(maySplit && customer.identifiers.length > 1
      ? [
          {
            key: 'choose',
            title: '',
            widthPx: 44,
            render: (identifier: Identifier) => (
              <Checkbox
                aria-label={t('split.choose')}
                checked={chosen.has(identifier.identifierId)}
                onChange={(event) => toggle(identifier.identifierId, event.target.checked)}
              />
            ),
          },
        ]
      : []),
    {
      key: 'kind',
      title: t('identifier.kind'),
      render: (identifier) => <Label>{kindText(identifier.kind, identifier.scope)}</Label>,
    },
    {
      key: 'value',
      title: t('identifier.value'),
      render: (identifier) => (
        <Reveal
          masked={identifier.value}
          label={kindText(identifier.kind, '')}
          run={async (reason) =>
            (
              await call(revealIdentifier, {
                params: { customerId: customer.customerId, identifierId: identifier.identifierId },
                body: { reason },
              })
            ).value
          }
        />
      ),
    },
    {
      key: 'state',
      title: t('identifier.state'),
      render: (identifier) => (
        <StatusTag tone={stateTone[identifier.state]}>{t(`states.${identifier.state}`)}</StatusTag>
      ),
    },
    { key: 'first', title: t('identifier.firstOn'), render: (identifier) => identifier.firstOn },
    { key: 'last', title: t('identifier.lastOn'), render: (identifier) => identifier.lastOn },
    {
      key: 'sources',
      title: t('identifier.sources'),
      align: 'right',
      render: (identifier) => identifier.sources.length,
    },
    {
      key: 'act',
      title: '',
      align: 'right',
      render: (identifier) => <Block customerId={customer.customerId} identifier={identifier} />,
    },
  ];
  return (
    <Card
      flush
      title={t('identifier.title')}
      hint={t('identifier.hint')}
      extra={
        chosen.size > 0 ? (
          <Split customer={customer} chosen={chosen} onDone={() => setChosen(new Set())} />
        ) : (
          <AddIdentifier customer={customer} />
        )
      }
    >
      <DataTable<Identifier>
        label={t('identifier.title')}
        columns={columns}
        rowKey={(identifier) => identifier.identifierId}
        list={rowsAtHand(customer.identifiers)}
        empty={<EmptyState compact title={t('identifier.none')} />}
      />
    </Card>
  );
}

function Block({ customerId, identifier }: { readonly customerId: number; readonly identifier: Identifier }) {
  const { t } = useTranslation('customers');
  const may = useCan('customers.merge');
  const block = useWrite(blockIdentifier, { refreshes: [getCustomer, listLinks, listCustomers] });
  if (!may) return null;
  const isBlocked = identifier.state !== 'blocked';
  const act = isBlocked ? 'block' : 'unblock';
  return (
    <ConfirmAction
      danger={isBlocked}
      button={{ type: 'text', size: 'small' }}
      label={t(`identifierActs.${act}`)}
      title={t(`identifierActs.${act}`)}
      consequence={t(`identifierActConsequences.${act}`)}
      confirmLabel={t(`identifierActs.${act}`)}
      reason={{ label: t('merge.reason'), minLength: 4 }}
      run={(reason) =>
        block.mutateAsync({
          params: { customerId, identifierId: identifier.identifierId },
          body: { isBlocked, reason },
        })
      }
    />
  );
}

interface SplitProps {
  readonly customer: Customer;
  readonly chosen: ReadonlySet<number>;
  readonly onDone: () => void;
}

function Split({ customer, chosen, onDone }: SplitProps) {
  const { t } = useTranslation('customers');
  const navigate = useNavigate();
  const split = useWrite(splitCustomer, {
    refreshes: [getCustomer, listLinks, listCustomers],
    onDone: ({ customerIds }) => {
      onDone();
      const other = customerIds.find((customerId) => customerId !== customer.customerId);
      if (other !== undefined) void navigate(`/customers/${other}?tab=identity`);
    },
  });
  return (
    <ConfirmAction
      danger
      label={t('split.act', { count: chosen.size })}
      button={{ disabled: chosen.size >= customer.identifiers.length }}
      title={t('split.title', { name: customer.displayName })}
      consequence={t('split.consequence', { count: chosen.size })}
      confirmLabel={t('split.confirm')}
      reason={{ label: t('merge.reason'), minLength: 4 }}
      run={(reason) =>
        split.mutateAsync({ params: { customerId: customer.customerId }, body: { identifierIds: [...chosen], reason } })
      }
    />
  );
}

interface EvidenceProps {
  readonly customer: Customer;
  readonly links: ReturnType<typeof useRead<typeof listLinks>>;
}

function Evidence({ customer, links }: EvidenceProps) {
  const { t } = useTranslation('customers');
  const kindText = useKindText();
  const known = new Map(customer.identifiers.map((identifier) => [identifier.identifierId, identifier]));
  const name = (identifierId: number) => {
    const identifier = known.get(identifierId);
    if (identifier !== undefined) return `${kindText(identifier.kind, '')} ${identifier.value}`;
    const other = links.data?.others.find((one) => one.identifierId === identifierId);
    if (other === undefined) return t('link.elsewhere');
    return (
      <Link to={`/customers/${other.customerId}?tab=identity`}>
        {kindText(other.kind, '')} {other.value}
      </Link>
    );
  };
  return (
    <Card flush title={t('link.title')} hint={t('link.hint')}>
      <DataTable<Links[number]>
        label={t('link.title')}
        rowKey={(link) => `${link.identifierId} ${link.otherId}`}
        columns={[
          { key: 'one', title: t('link.one'), render: (link) => name(link.identifierId) },
          { key: 'other', title: t('link.other'), render: (link) => name(link.otherId) },
          {
            key: 'inside',
            title: t('link.verdict'),
            render: (link) => (
              <StatusTag tone={link.isInside ? 'good' : 'neutral'}>{t(`verdicts.${link.verdict}`)}</StatusTag>
            ),
          },
          {
            key: 'causes',
            title: t('link.causes'),
            render: (link) => link.causes.map((cause) => t(`causes.${cause}`, { defaultValue: cause })).join(', '),
          },
          { key: 'first', title: t('identifier.firstOn'), render: (link) => link.firstOn },
          { key: 'last', title: t('identifier.lastOn'), render: (link) => link.lastOn },
        ]}
        list={rowsOf(links, (data) => data.links)}
        empty={<EmptyState compact title={t('link.none')} hint={t('link.noneHint')} />}
      />
    </Card>
  );
}
