import i18next from 'i18next';

/** An audited act in words: each module keeps the names of its own acts under `actions`. */
export function auditActionText(action: string): string {
  const [module = '', ...act] = action.split('.');
  const key = `${module}:actions.${act.join('.')}`;
  return i18next.exists(key) ? i18next.t(key) : action;
}
