import antd from 'antd/es/locale/en_US';

import type { LanguagePack } from './index.ts';
import { textsByNamespace } from './texts.ts';

export const pack: LanguagePack = {
  antd,
  resources: textsByNamespace(import.meta.glob('./en/*.json', { eager: true, import: 'default' })),
};
