/** Whether there is a graphics card, and why TensorFlow does not use it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Any of these shows NVIDIA's driver: on Linux itself, in a container, and in Windows' Linux. */
const SIGNS = ['proc/driver/nvidia/version', 'dev/nvidiactl', 'usr/lib/wsl/lib/libcuda.so.1'];

/** @param system the system's root folder */
export function hasNvidiaDriver(system = '/'): boolean {
  return SIGNS.some((file) => existsSync(join(system, file)));
}

/** What the reason depends on. */
interface Situation {
  platform: NodeJS.Platform;
  hasDriver: boolean;
  /** Whether the native library is the one for graphics cards. */
  isForGraphicsCards: boolean;
}

/** @returns why TensorFlow uses no graphics card and what to do about it, without a full stop */
export function noGraphicsCard({ platform, hasDriver, isForGraphicsCards }: Situation): string {
  if (platform !== 'linux') return 'TensorFlow uses graphics cards only on Linux';
  if (!hasDriver) return "there is no NVIDIA driver on this computer, and TensorFlow uses only NVIDIA's graphics cards";
  if (isForGraphicsCards) {
    return 'TensorFlow finds no graphics card that it can use; docs/performance.md has what to check';
  }
  return (
    'the installed TensorFlow is for processors only. In a copy of the sources, "npm start -- --gpu" installs the one ' +
    'for graphics cards; see Help › Graphics Card'
  );
}
