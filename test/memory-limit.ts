/** Limits the memory of a process for a while. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** From util-linux. */
const PRLIMIT = '/usr/bin/prlimit';

/** Why `withMemoryLeft` cannot be used here; null where it can. */
export const obstacleToLimits = existsSync(PRLIMIT) ? null : `there is no ${PRLIMIT}`;

/** Does something while the process may allocate at most this many bytes more. */
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
