/** How much memory this process uses, and how much more Linux can give it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The contents of the files that state it; empty where one cannot be read. */
export interface MemoryFiles {
  /** /proc/meminfo */
  meminfo: string;
  /** /proc/self/status */
  status: string;
  /** /proc/self/limits */
  limits: string;
  /** The hard limit of the process's control group: bytes, or "max". */
  groupLimit: string;
}

/** In bytes. */
export interface ProcessMemory {
  /** The process's private memory, resident or swapped out; `Infinity` where it is unknown. */
  held: number;
  /** How much more the process can allocate: never underestimated, and `Infinity` where no limit is known. */
  available: number;
}

export function readMemoryFiles(): MemoryFiles {
  const groupLimit = groupLimitFiles(read('/proc/self/cgroup')).map(read).find(Boolean) ?? '';
  const [meminfo, status, limits] = ['/proc/meminfo', '/proc/self/status', '/proc/self/limits'].map(read);
  return { meminfo: meminfo!, status: status!, limits: limits!, groupLimit };
}

/** The smallest amount left by the system, the control group and the process's own limit. */
export function processMemory({ meminfo, status, limits, groupLimit }: MemoryFiles): ProcessMemory {
  const own = kibibytes(status, 'RssAnon');
  const swap = kibibytes(meminfo, 'SwapFree') ?? 0;
  const system = kibibytes(meminfo, 'MemAvailable') ?? Infinity;
  // Other processes may be in the group too; they are not counted here.
  const group = /^\d+$/.test(groupLimit.trim()) ? Number(groupLimit) - (own ?? 0) : Infinity;
  const dataLimit = Number(/^Max data size +(\d+) /m.exec(limits)?.[1] ?? Infinity);
  const data = dataLimit - (kibibytes(status, 'VmData') ?? 0);
  return {
    held: (own ?? Infinity) + (kibibytes(status, 'VmSwap') ?? 0),
    available: Math.max(0, Math.min(system + swap, group + swap, data)),
  };
}

/**
 * The files that may state the control group's hard limit; the first that exists applies. Node's `constrainedMemory`
 * also counts soft limits, which may be exceeded, and its `availableMemory` counts the file cache as used.
 * @param groups the content of /proc/self/cgroup
 */
export function groupLimitFiles(groups: string): string[] {
  const [, first] = /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(.*)$/m.exec(groups) ?? [];
  // A container may see the path that its group has on the host.
  if (first !== undefined)
    return [first, ''].map((path) => join('/sys/fs/cgroup/memory', path, 'memory.limit_in_bytes'));
  const [, second] = /^0::(.*)$/m.exec(groups) ?? [];
  return second === undefined ? [] : [second, ''].map((path) => join('/sys/fs/cgroup', path, 'memory.max'));
}

/** @returns bytes; undefined if the text has no such line */
function kibibytes(text: string, name: string): number | undefined {
  const [, value] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text) ?? [];
  return value === undefined ? undefined : Number(value) * 1024;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
