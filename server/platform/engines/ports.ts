import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

function firstEphemeralPort(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0]);
  } catch {
    return 32_768;
  }
}

/**
 * A free port on loopback below the range the kernel gives to outgoing connections: a client that retries the port of a
 * server which is down could otherwise be given that very port, connect to itself and keep the server out.
 */
export async function freePort(): Promise<number> {
  const end = Math.max(firstEphemeralPort(), 12_000);
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = 10_000 + Math.floor(Math.random() * (end - 10_000));
    if (await isFree(port)) return port;
  }
  throw new Error('no free port was found on 127.0.0.1');
}
