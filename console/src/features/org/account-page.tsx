import { changePassword, currentSession, endDevice, listDevices } from '@shuke/server/contracts/org';
import { App, Alert, Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

import { errorText } from '../../i18n/index.ts';
import type { Reply } from '../../lib/api.ts';
import { useRead, useWrite } from '../../lib/query.ts';
import { useSession } from '../../lib/session.ts';
import { ConfirmAction } from '../../ui/confirm-action.tsx';
import { When } from '../../ui/formatted.tsx';
import { Card, Facts, Grid, Page } from '../../ui/page.tsx';
import { ErrorState, PageSkeleton } from '../../ui/states.tsx';
import { Label } from '../../ui/status-tag.tsx';
import { deviceName } from './device-name.ts';
import { useNodeNames } from './node-names.ts';
import { SecondFactorCard } from './second-factor-card.tsx';

import styles from './account-page.module.css';

/** One's own account: who I am here, password, second factor, devices. */
export function AccountPage() {
  const { t } = useTranslation('org');
  const { staff, tenant, roles } = useSession();
  const nodeName = useNodeNames();
  return (
    <Page title={t('account.title')} purpose={t('account.purpose')}>
      <Grid minPx={400}>
        <Card title={t('account.me')}>
          <Facts
            items={[
              [t('staff.name'), staff.name],
              [t('staff.login'), staff.login],
              [t('account.company'), tenant.name],
              [
                t('account.reach'),
                [...new Set(roles.map(({ nodeKind, nodeId }) => nodeName(nodeKind, nodeId)))].join(
                  t('account.listSeparator'),
                ),
              ],
            ]}
          />
        </Card>
        <PasswordCard />
        <SecondFactorCard />
        <DevicesCard />
      </Grid>
    </Page>
  );
}

interface PasswordValues {
  readonly current: string;
  readonly next: string;
  readonly again: string;
}

function PasswordCard() {
  const { t } = useTranslation('org');
  const { message } = App.useApp();
  const [form] = Form.useForm<PasswordValues>();
  const change = useWrite(changePassword, {
    refreshes: [listDevices, currentSession],
    onDone: () => {
      form.resetFields();
      void message.success(t('account.passwordChanged'));
    },
  });
  return (
    <Card title={t('account.password')} hint={t('account.passwordHint')}>
      {change.error === null ? null : (
        <Alert style={{ marginBottom: 16 }} type="error" showIcon title={errorText(change.error)} />
      )}
      <Form<PasswordValues>
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={({ current, next }) => change.mutate({ body: { current, next } })}
      >
        <Form.Item name="current" label={t('account.currentPassword')} rules={[{ required: true }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item
          name="next"
          label={t('account.newPassword')}
          rules={[{ required: true, min: 12 }]}
          extra={t('account.passwordRule')}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="again"
          label={t('account.repeatPassword')}
          dependencies={['next']}
          rules={[
            { required: true },
            {
              validator: (_rule, value: string | undefined) =>
                value === undefined || value === '' || value === form.getFieldValue('next')
                  ? Promise.resolve()
                  : Promise.reject(new Error(t('account.passwordsDiffer'))),
            },
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={change.isPending}>
          {t('account.changePassword')}
        </Button>
      </Form>
    </Card>
  );
}

type Device = Reply<typeof listDevices>['items'][number];

function DevicesCard() {
  const { t } = useTranslation('org');
  const devices = useRead(listDevices, {});
  const end = useWrite(endDevice, { refreshes: [listDevices] });
  return (
    <Card title={t('account.devices')} hint={t('account.devicesHint')}>
      {devices.isPending ? <PageSkeleton /> : null}
      {devices.isError ? <ErrorState error={devices.error} retry={() => void devices.refetch()} /> : null}
      <ul className={styles['devices']}>
        {devices.data?.items.map((device) => (
          <DeviceLine
            key={device.sessionId}
            device={device}
            end={() => end.mutateAsync({ params: { sessionId: device.sessionId } })}
          />
        ))}
      </ul>
    </Card>
  );
}

function DeviceLine({ device, end }: { readonly device: Device; readonly end: () => Promise<unknown> }) {
  const { t } = useTranslation('org');
  return (
    <li>
      <div className={styles['device']}>
        <strong>
          {deviceName(device.userAgent) || t('account.unknownDevice')}{' '}
          {device.current ? <Label tone="brand">{t('account.thisDevice')}</Label> : null}
        </strong>
        <span className={styles['quiet']}>
          {device.network} · {t('account.lastSeen')} <When at={device.lastSeenAt} shape="relative" />
        </span>
      </div>
      {device.current ? null : (
        <ConfirmAction
          button={{ size: 'small' }}
          label={t('account.endDevice')}
          title={t('account.endDeviceTitle')}
          consequence={t('account.endDeviceConsequence')}
          confirmLabel={t('account.endDevice')}
          run={end}
        />
      )}
    </li>
  );
}
