/** Finds NVIDIA's driver, without which TensorFlow cannot use a graphics card. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Any of these shows that the driver is there: on Linux itself, in a container, and in Windows' Linux. */
const SIGNS = ['proc/driver/nvidia/version', 'dev/nvidiactl', 'usr/lib/wsl/lib/libcuda.so.1'];

/**
 * @param {string} system  the system's root folder
 * @returns {{ version: string | undefined } | undefined}  the version is undefined if it is unknown
 */
export function nvidiaDriver(system) {
  if (!SIGNS.some((file) => existsSync(join(system, file)))) return undefined;
  const file = join(system, SIGNS[0]);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return { version: /^NVRM version:.*?\s(\d+(?:\.\d+)+)\s/m.exec(text)?.[1] };
}

/** @param {string} version @param {string} oldest */
export function isOlder(version, oldest) {
  return version.localeCompare(oldest, 'en', { numeric: true }) < 0;
}
