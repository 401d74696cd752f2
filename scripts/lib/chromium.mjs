import { existsSync } from 'node:fs';

import { say, since } from './repo.mjs';
import { runQuietly } from './run.mjs';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

function find() {
  const named = process.env.CHROMIUM;
  return [named, ...places].find((place) => place && existsSync(place));
}

async function aptInstall() {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const started = performance.now();
  say('▸ installing Chromium and Chinese fonts for the browser tests (apt-get) …');
  for (const args of [['update'], ['install', '-y', 'chromium', 'fonts-noto-cjk']]) {
    const { code, output } = await runQuietly('apt-get', args, { env });
    if (code !== 0) return say(`! apt-get ${args[0]} failed: ${output.trim().split('\n').slice(-3).join(' ')}`);
  }
  return say(`✓ Chromium installed in ${since(started)}`);
}

/** Path of a Chromium for the browser tests, installed when this machine lets us; undefined when there is none. */
export async function ensureChromium() {
  if (process.env.CHROMIUM && !existsSync(process.env.CHROMIUM))
    say(`! CHROMIUM names ${process.env.CHROMIUM}, which does not exist`);
  const canInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!find() && canInstall) await aptInstall();
  const chromium = find();
  if (!chromium) {
    say(
      canInstall
        ? '! Browser tests will be skipped: Chromium could not be installed. Set CHROMIUM to the path of one.'
        : '! Browser tests will be skipped: no Chromium found, and installing one needs root and apt-get. Set CHROMIUM to the path of one.',
    );
  }
  return chromium;
}
