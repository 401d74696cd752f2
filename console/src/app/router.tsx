import { createBrowserRouter } from 'react-router';

import { StartSkeleton } from '../ui/states.tsx';
import { NotFoundPage, RouteErrorPage } from './error-page.tsx';
import { features } from './features.ts';
import { HomePage } from './home-page.tsx';
import { Shell } from './shell/shell.tsx';

/** Every page of the console; each feature brings its own routes, loaded when first opened. */
export function createRouter() {
  return createBrowserRouter(
    [
      {
        Component: Shell,
        HydrateFallback: StartSkeleton,
        ErrorBoundary: RouteErrorPage,
        children: [
          { index: true, Component: HomePage },
          ...features
            .flatMap((feature) => feature.routes)
            .map((route) => ({ ...route, ErrorBoundary: RouteErrorPage })),
          { path: '*', Component: NotFoundPage },
        ],
      },
    ],
    { basename: '/console' },
  );
}
