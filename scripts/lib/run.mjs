import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

/** Exit code in the shell's manner: 128 + the signal's number for a killed process. */
function exitCodeOf(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 1);
}

/** Runs a program to its end with our terminal; resolves with its exit code. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(exitCodeOf(code, signal)));
  });
}

/** Runs a program to its end in silence; resolves with its exit code and everything it printed. */
export function runQuietly(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code: exitCodeOf(code, signal), output }));
  });
}

function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    // Not Linux, or the process has gone: nothing to compare with.
    return undefined;
  }
}

/** Our parent and its parent. */
function lineage() {
  return `${process.ppid} ${parentOf(process.ppid)}`;
}

/**
 * Calls back when npm, or the shell it runs scripts in, is gone: npm passes a SIGTERM to that shell, which dies of it
 * without telling us. Started by anything but npm, we may well be meant to outlive our parent.
 */
function whenNpmDies(callback) {
  if (!process.env.npm_lifecycle_event) return;
  const before = lineage();
  const timer = setInterval(() => {
    if (lineage() === before) return;
    clearInterval(timer);
    callback();
  }, 300);
  timer.unref();
}

/**
 * Becomes, as nearly as Node allows, another program: same terminal, signals passed on, same exit code. The open
 * channel tells the program when we die by a signal nobody can catch.
 */
export function become(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
    const forwarders = ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGUSR2'].map((signal) => [signal, () => child.kill(signal)]);
    for (const [signal, forward] of forwarders) process.on(signal, forward);
    whenNpmDies(() => child.kill('SIGTERM'));
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const [name, forward] of forwarders) process.off(name, forward);
      resolve(exitCodeOf(code, signal));
    });
  });
}
