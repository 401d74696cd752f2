import type { TestProject } from 'vitest/node';

import { chromiumPath } from './browser.ts';
import { startProduct, unbuiltFrontEnds } from './product.ts';

let stop: (() => Promise<void>) | undefined;

/** One product for all journeys of a run. `SHUKE_E2E_ORIGIN` uses one that runs already; without Chromium the journeys are skipped. */
export async function setup(project: TestProject): Promise<void> {
  const unbuilt = unbuiltFrontEnds();
  const lacks =
    chromiumPath() === null
      ? 'there is no Chromium (apt install chromium, or set CHROMIUM to its path)'
      : unbuilt.length > 0
        ? `not built: ${unbuilt.join(', ')} (npm start builds them)`
        : null;
  if (lacks !== null) {
    process.stderr.write(`▸ skipping the journeys in a browser: ${lacks}\n`);
    project.provide('origin', null);
    return;
  }
  let origin = process.env['SHUKE_E2E_ORIGIN'];
  if (origin === undefined) {
    const product = await startProduct();
    ({ origin, stop } = product);
  }
  project.provide('origin', origin);
}

export async function teardown(): Promise<void> {
  await stop?.();
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the running product; null when the journeys cannot run. */
    origin: string | null;
  }
}
