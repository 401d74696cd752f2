import type { signIn } from '@shuke/server/contracts/org';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api } from './api.ts';
import type { Reply } from './api.ts';
import { useErrorText } from './parts.tsx';

/** Login and password, then the code where a second factor is set up. */
export function SignInPage() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const client = useQueryClient();
  const [needsCode, setNeedsCode] = useState(false);
  const signingIn = useMutation({
    mutationFn: (form: FormData) =>
      api<Reply<typeof signIn>>('POST', '/api/session', {
        login: form.get('login'),
        password: form.get('password'),
        ...(needsCode ? { code: form.get('code') } : {}),
      }),
    onSuccess: async ({ status }) => {
      if (status === 'code_required') setNeedsCode(true);
      else await client.invalidateQueries();
    },
  });
  return (
    <main className="sign-in">
      <h1>{t('signIn.title')}</h1>
      <p className="soft">{t('signIn.purpose')}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          signingIn.mutate(new FormData(event.currentTarget));
        }}
      >
        <label>
          {t('signIn.login')}
          <input name="login" autoComplete="username" required />
        </label>
        <label>
          {t('signIn.password')}
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        {needsCode && (
          <label>
            {t('signIn.code')}
            <input name="code" inputMode="numeric" autoComplete="one-time-code" required />
          </label>
        )}
        {signingIn.error && (
          <p className="refusal" role="alert">
            {errorText(signingIn.error)}
          </p>
        )}
        <button type="submit" disabled={signingIn.isPending}>
          {t('signIn.submit')}
        </button>
      </form>
    </main>
  );
}
