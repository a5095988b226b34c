/** Limits the memory of a process temporarily. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Part of util-linux. */
const PRLIMIT = '/usr/bin/prlimit';

/** Why `withMemoryLeft` cannot be used here; null if it can. */
export const obstacleToLimits = existsSync(PRLIMIT) ? null : `there is no ${PRLIMIT}`;

/** Calls `act` while the process may allocate at most this many more bytes. */
export async function withMemoryLeft(bytes: number, pid: number, act: () => Promise<void>): Promise<void> {
  limitMemory(pid, memoryOf(pid) + bytes);
  try {
    await act();
  } finally {
    limitMemory(pid, 'unlimited');
  }
}

function limitMemory(pid: number, bytes: number | 'unlimited'): void {
  execFileSync(PRLIMIT, ['--pid', String(pid), `--data=${bytes}:`]);
}

function memoryOf(pid: number): number {
  return Number(/VmData:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
}
