import type { PropsWithChildren, ReactNode } from 'react';

import './styles/app.css';

/** The mini-program's shell; the browser's is ../h5/main.tsx. */
export default function App({ children }: PropsWithChildren): ReactNode {
  return children;
}
