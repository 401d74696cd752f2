import i18next from 'i18next';

/** An audited act in words: each module keeps the names of its own acts under `actions`. */
export function auditActionText(action: string): string {
  const [module = '', ...act] = action.split('.');
  // What belongs to no capability, such as publishing a definition, has its words here.
  const keys = [`${module}:actions.${act.join('.')}`, `org:actions.${action}`];
  const key = keys.find((one) => i18next.exists(one));
  return key === undefined ? action : i18next.t(key);
}
