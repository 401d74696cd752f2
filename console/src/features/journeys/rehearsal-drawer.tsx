import { rehearseJourney } from '@shuke/server/contracts/journeys';
import type { Journey } from '@shuke/server/contracts/journeys';
import { Alert, Button, Drawer } from 'antd';
import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '../../i18n/index.ts';
import { useWrite } from '../../lib/query.ts';
import { CustomerLink } from '../../ui/customer-link.tsx';
import { When } from '../../ui/formatted.tsx';
import { EmptyState, PageSkeleton } from '../../ui/states.tsx';
import { Label } from '../../ui/status-tag.tsx';
import { CustomerPicker } from '../customers/customer-picker.tsx';
import type { PickedCustomer } from '../customers/customer-picker.tsx';
import type { JourneyChoices } from './journey-choices.ts';
import type { NodeData } from './journey-graph.ts';
import { useNodeText } from './node-kinds.tsx';
import { endText, outcomeText } from './outcome-text.ts';

import styles from './journeys.module.css';

interface RehearsalDrawerProps {
  readonly content: Journey;
  readonly choices: JourneyChoices;
  readonly onClose: () => void;
}

/** What would happen to real customers, step by step on a virtual clock; nothing is sent or given. */
export function RehearsalDrawer({ content, choices, onClose }: RehearsalDrawerProps) {
  const { t } = useTranslation('journeys');
  const nodeText = useNodeText(choices);
  const [customers, setCustomers] = useState<readonly PickedCustomer[]>([]);
  const rehearsal = useWrite(rehearseJourney);
  const run = () => {
    const customerIds = customers.map(({ customerId }) => customerId);
    rehearsal.mutate({ body: { content, ...(customerIds.length === 0 ? {} : { customerIds }) } });
  };
  const runOnce = useEffectEvent(run);
  useEffect(() => runOnce(), []);
  const data = new Map(content.nodes.map((node) => [node.id, node as NodeData]));
  return (
    <Drawer
      title={t('rehearsal.title')}
      size={720}
      open
      onClose={onClose}
      extra={
        <Button type="primary" loading={rehearsal.isPending} onClick={run}>
          {t('rehearsal.run')}
        </Button>
      }
    >
      <p className={styles['hint']}>{t('rehearsal.hint')}</p>
      <div style={{ margin: '8px 0 16px' }}>
        <CustomerPicker value={customers} most={50} label={t('rehearsal.customers')} onChange={setCustomers} />
      </div>
      {rehearsal.error === null ? null : <Alert type="error" showIcon title={errorText(rehearsal.error)} />}
      {rehearsal.isPending ? <PageSkeleton /> : null}
      {rehearsal.data?.customers.length === 0 ? (
        <EmptyState compact title={t('rehearsal.nobody')} hint={t('rehearsal.nobodyHint')} />
      ) : null}
      <div className={styles['rehearsed']}>
        {rehearsal.data?.customers.map((customer) => (
          <section key={customer.customerId} className={styles['person']}>
            <div className={styles['personHead']}>
              <strong>
                <CustomerLink customerId={customer.customerId} name={customer.displayName} />
              </strong>
              <Label tone={customer.ended === 'completed' ? 'good' : 'warn'}>{endText(t, customer.ended)}</Label>
            </div>
            <ol className={styles['steps']}>
              {customer.steps.map((step, index) => {
                const node = data.get(step.nodeId);
                return (
                  // oxlint-disable-next-line react/no-array-index-key -- steps never move
                  <li key={index}>
                    <When at={step.at} />
                    <span>
                      {t(`nodes.${step.kind}`)} {node === undefined ? null : nodeText(node)}
                    </span>
                    <span>{outcomeText(t, step.outcome)}</span>
                  </li>
                );
              })}
            </ol>
          </section>
        ))}
      </div>
    </Drawer>
  );
}
