/** What this process has of memory and what Linux still gives it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The texts that tell it; empty where one cannot be read. */
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
  /** What the process has for itself alone, in memory or swapped out; `Infinity` where that is not told. */
  held: number;
  /** What it can have beyond that: never less than is so, and `Infinity` where nothing tells of a limit. */
  available: number;
}

export function readMemoryFiles(): MemoryFiles {
  const groupLimit = groupLimitFiles(read('/proc/self/cgroup')).map(read).find(Boolean) ?? '';
  const [meminfo, status, limits] = ['/proc/meminfo', '/proc/self/status', '/proc/self/limits'].map(read);
  return { meminfo: meminfo!, status: status!, limits: limits!, groupLimit };
}

/** The least of what the system, the control group and the process's own limit leave. */
export function processMemory({ meminfo, status, limits, groupLimit }: MemoryFiles): ProcessMemory {
  const own = kibibytes(status, 'RssAnon');
  const swap = kibibytes(meminfo, 'SwapFree') ?? 0;
  const system = kibibytes(meminfo, 'MemAvailable') ?? Infinity;
  // Others may be in the group too, and more of them than is known here.
  const group = /^\d+$/.test(groupLimit.trim()) ? Number(groupLimit) - (own ?? 0) : Infinity;
  const dataLimit = Number(/^Max data size +(\d+) /m.exec(limits)?.[1] ?? Infinity);
  const data = dataLimit - (kibibytes(status, 'VmData') ?? 0);
  return {
    held: (own ?? Infinity) + (kibibytes(status, 'VmSwap') ?? 0),
    available: Math.max(0, Math.min(system + swap, group + swap, data)),
  };
}

/**
 * Where the control group's hard limit may be; the first that is there has it. Node's `constrainedMemory` goes by soft
 * limits too, which may be passed, and its `availableMemory` takes the file cache for memory that is gone.
 * @param groups /proc/self/cgroup
 */
export function groupLimitFiles(groups: string): string[] {
  const [, first] = /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(.*)$/m.exec(groups) ?? [];
  // A container may see the path that its group has outside.
  if (first !== undefined)
    return [first, ''].map((path) => join('/sys/fs/cgroup/memory', path, 'memory.limit_in_bytes'));
  const [, second] = /^0::(.*)$/m.exec(groups) ?? [];
  return second === undefined ? [] : [second, ''].map((path) => join('/sys/fs/cgroup', path, 'memory.max'));
}

/** @returns bytes; undefined where the text has no such line */
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
