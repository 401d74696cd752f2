import type { TestProject } from 'vitest/node';

import { chromiumPath } from './browser.ts';
import { startProduct, unbuiltFrontEnds } from './product.ts';

/** One product for all journeys of a run. `SHUKE_E2E_ORIGIN` uses one that runs already; without Chromium the journeys are skipped. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const running = process.env['SHUKE_E2E_ORIGIN'];
  const unbuilt = unbuiltFrontEnds();
  const lacks =
    chromiumPath() === null
      ? 'there is no Chromium (apt install chromium, or set CHROMIUM to its path)'
      : unbuilt.length > 0
        ? `not built: ${unbuilt.join(', ')} (npm start builds them)`
        : null;
  if (lacks !== null) {
    console.log(`▸ skipping the journeys in a browser: ${lacks}`);
    project.provide('origin', null);
    return undefined;
  }
  if (running !== undefined) {
    project.provide('origin', running);
    return undefined;
  }
  const product = await startProduct();
  project.provide('origin', product.origin);
  return product.stop;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the running product; null when the journeys cannot run. */
    origin: string | null;
  }
}
