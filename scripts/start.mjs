import { buildFrontEnds } from './lib/front-ends.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { pinnedNode } from './lib/node24.mjs';
import { inRepo, main, say, serverEnvironment } from './lib/repo.mjs';
import { become } from './lib/run.mjs';

await main(async () => {
  await ensureInstalled();
  const failed = await buildFrontEnds();
  if (failed.length > 0) say(`! starting without a fresh build of: ${failed.join(', ')}`);
  say('▸ starting Shuke …');
  return become(pinnedNode(), [inRepo('server', 'main.ts'), 'start', ...process.argv.slice(2)], {
    env: serverEnvironment(),
  });
});
