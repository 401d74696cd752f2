import antd from 'antd/es/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';

import type { LanguagePack } from './index.ts';
import { textsByNamespace } from './texts.ts';

dayjs.locale('zh-cn');

export const pack: LanguagePack = {
  antd,
  resources: textsByNamespace(import.meta.glob('./zh-CN/*.json', { eager: true, import: 'default' })),
};
