import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { ConsoleApp } from './app/app.tsx';
import { startI18n } from './i18n/index.ts';

import './theme/base.css';

const root = document.querySelector('#root');
if (root === null) throw new Error('index.html has no #root');
await startI18n();
createRoot(root).render(
  <StrictMode>
    <ConsoleApp />
  </StrictMode>,
);
