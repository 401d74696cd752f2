import { Alert, Button, Drawer, Form } from 'antd';
import type { FormInstance } from 'antd';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { errorText } from '../i18n/index.ts';
import { ApiError } from '../lib/api-error.ts';

import styles from './form-drawer.module.css';

/** What `submit` resolves to when the new thing has a page of its own: the drawer goes there instead of closing. */
export interface Leaving {
  readonly leaveFor: string;
}

function isLeaving(result: unknown): result is Leaving {
  return typeof result === 'object' && result !== null && 'leaveFor' in result && typeof result.leaveFor === 'string';
}

interface FormDrawerProps<Values extends object> {
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly initial?: Partial<Values>;
  readonly submitLabel?: string;
  readonly submit: (values: Values) => Promise<unknown>;
  readonly widthPx?: number;
  readonly form?: FormInstance<Values>;
  readonly children: ReactNode;
}

/** A form at the right edge: closes when the server has accepted, else shows the refusal at the field it is about. */
export function FormDrawer<Values extends object>(props: FormDrawerProps<Values>) {
  const { title, open, onClose, initial, submitLabel, submit, widthPx = 480, children } = props;
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [own] = Form.useForm<Values>();
  const form = props.form ?? own;
  const [failure, setFailure] = useState<unknown>(null);
  const [running, setRunning] = useState(false);
  const close = () => {
    setFailure(null);
    onClose();
  };
  const finish = async (values: Values) => {
    setRunning(true);
    setFailure(null);
    try {
      const result = await submit(values);
      // Closing first would change this page's address, and that would win over going to the other page.
      if (isLeaving(result)) void navigate(result.leaveFor, { replace: true });
      else close();
    } catch (error) {
      markFields(form, error);
      setFailure(error);
    } finally {
      setRunning(false);
    }
  };
  return (
    <Drawer
      title={title}
      open={open}
      onClose={close}
      size={widthPx}
      destroyOnHidden
      footer={
        <div className={styles['foot']}>
          <Button onClick={close}>{t('cancel')}</Button>
          <Button type="primary" loading={running} onClick={() => form.submit()}>
            {submitLabel ?? t('save')}
          </Button>
        </div>
      }
    >
      <Form<Values>
        form={form}
        layout="vertical"
        scrollToFirstError
        {...(initial === undefined ? {} : { initialValues: initial })}
        onFinish={(values) => void finish(values)}
      >
        {failure === null ? null : (
          <Alert className={styles['alert'] ?? ''} type="error" showIcon title={errorText(failure)} />
        )}
        {children}
      </Form>
    </Drawer>
  );
}

interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** Puts the server's `invalid_input` problems under the fields of the same name. */
function markFields(form: Pick<FormInstance, 'setFields'>, error: unknown): void {
  if (!(error instanceof ApiError) || error.code !== 'invalid_input') return;
  const problems = (error.details['problems'] ?? []) as readonly FieldProblem[];
  form.setFields(
    problems
      .filter(({ path }) => path.startsWith('body.'))
      .map(({ path, message }) => ({
        name: path
          .split('.')
          .slice(1)
          .map((step) => (/^\d+$/.test(step) ? Number(step) : step)),
        errors: [message],
      })),
  );
}
